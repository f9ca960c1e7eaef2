import { useSignal } from "@preact/signals";
import { ApiError, Unreachable } from "../../api/client";
import { secondStep } from "../../api/security";
import type { SessionInfo } from "../../api/types";
import { passkeysWork, usePasskey } from "../../lib/passkeys";
import { explain } from "../../state/notices";
import { enter, findSession } from "../../state/session";
import { t } from "../../texts";
import { Button } from "../../ui/button";
import { SecondFactors } from "./factors";
import { CodeField } from "./parts";
import { PasswordForm } from "./password-form";

/** A code, a passkey or a recovery code: whichever the person has. */
function SecondStep({ session }: { session: SessionInfo }) {
  const choice = session.choice ?? { totp: true, passkey: false, recovery: true };
  const recovery = useSignal(!choice.totp && !choice.passkey);
  const code = useSignal("");
  const busy = useSignal(false);
  const problem = useSignal("");
  const asking = recovery.value || choice.totp;

  const trying = async (work: () => Promise<SessionInfo | null>) => {
    busy.value = true;
    problem.value = "";
    try {
      const info = await work();
      if (info === null) problem.value = t("passkey_not_given");
      else enter(info);
    } catch (error) {
      if (!(error instanceof ApiError || error instanceof Unreachable)) throw error;
      problem.value = explain(error);
      code.value = "";
      document.getElementById("second-code")?.focus();
    } finally {
      busy.value = false;
    }
  };
  const byPasskey = async () => {
    const credential = await usePasskey((await secondStep.question()).public_key);
    return credential === null ? null : secondStep.passkey(credential);
  };
  const submit = (event: Event) => {
    event.preventDefault();
    void trying(() => secondStep.code(code.value));
  };

  return (
    <form onSubmit={submit} data-testid="second-step">
      <h2>{t("step_code_title")}</h2>
      {choice.passkey && passkeysWork() && (
        <Button look={choice.totp ? "plain" : "primary"} busy={busy.value} testid="use-passkey" onClick={() => void trying(byPasskey)}>{t("use_passkey")}</Button>
      )}
      {asking && (
        <CodeField
          key={recovery.value}
          id="second-code"
          label={recovery.value ? t("step_recovery") : t("step_code")}
          hint={recovery.value ? t("step_recovery_hint") : t("step_code_hint")}
          letters={recovery.value}
          value={code.value}
          onInput={(value) => (code.value = value)}
        />
      )}
      <p class="hint hint-error" role="alert" data-testid="step-problem">{problem.value}</p>
      {asking && <Button type="submit" look="primary" busy={busy.value} testid="second-submit">{t("go_on")}</Button>}
      {choice.recovery && (choice.totp || !recovery.value) && (
        <Button look="quiet" testid="use-recovery" onClick={() => (recovery.value = !recovery.value)}>{recovery.value ? t("use_app") : t("use_recovery")}</Button>
      )}
      <p class="hint">{t("ask_the_admin")}</p>
    </form>
  );
}

/** What is still asked for after the password. `password` is what was typed, "" after a reload. */
export function NextStep({ session, password }: { session: SessionInfo; password: string }) {
  switch (session.pending) {
    case "second_factor":
      return <SecondStep session={session} />;
    case "new_password":
      return (
        <section data-testid="first-password">
          <h2>{t("first_password_title")}</h2>
          <p>{t("first_password_text")}</p>
          <PasswordForm username={session.user.username} current={password} done={() => void findSession()} />
        </section>
      );
    default:
      return (
        <section data-testid="enrol">
          <h2>{t("enrol_title")}</h2>
          <p>{t("enrol_text")}</p>
          <SecondFactors added={() => void findSession()} />
        </section>
      );
  }
}
