import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { me } from "../../api/resources";
import { errorOf, type FieldProblems, fieldProblems } from "../../state/refusals";
import { t } from "../../texts";
import { Button } from "../../ui/button";
import { Labelled } from "../../ui/parts";

const EMPTY = { current: "", fresh: "", again: "" };

interface Props {
  username: string;
  /** What was typed a moment ago; asked for when it is not known. */
  current?: string;
  done: () => void;
}

/** Another password: the old one, and the new one twice. */
export function PasswordForm({ username, current = "", done }: Props) {
  const values = useSignal(EMPTY);
  const problems = useSignal<FieldProblems>({});
  useEffect(() => {
    if (current !== "") document.getElementById("password-fresh")?.focus();
  }, []);
  const differ = values.value.again !== "" && values.value.again !== values.value.fresh;
  const submit = async (event: Event) => {
    event.preventDefault();
    problems.value = {};
    try {
      await me.password(current || values.value.current, values.value.fresh);
    } catch (error) {
      problems.value = fieldProblems(error);
      document.getElementById("password-fresh")?.focus();
      return;
    }
    values.value = EMPTY;
    done();
  };
  const field = (name: keyof typeof EMPTY, label: string, autocomplete: "current-password" | "new-password", error: { error?: string }) => (
    <Labelled label={label} for={`password-${name}`} {...error}>
      <input
        id={`password-${name}`}
        type="password"
        required
        autocomplete={autocomplete}
        aria-describedby={`password-${name}-hint`}
        data-testid={`password-${name}`}
        value={values.value[name]}
        onInput={(event) => (values.value = { ...values.value, [name]: event.currentTarget.value })}
      />
    </Labelled>
  );
  return (
    <form onSubmit={(event) => void submit(event)} data-testid="password-form">
      <input type="text" class="visually-hidden" autocomplete="username" value={username} readOnly tabIndex={-1} aria-hidden="true" />
      {current === "" && field("current", t("current_password"), "current-password", errorOf(problems.value, ""))}
      {field("fresh", t("new_password"), "new-password", errorOf(problems.value, "new"))}
      {field("again", t("repeat_password"), "new-password", differ ? { error: t("passwords_differ") } : {})}
      {current !== "" && problems.value[""] !== undefined && <p class="problem" role="alert">{problems.value[""]}</p>}
      <Button type="submit" look="primary" disabled={differ || values.value.again === ""} testid="password-save">{t("change_password")}</Button>
    </form>
  );
}
