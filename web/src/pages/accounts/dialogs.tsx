import { useSignal } from "@preact/signals";
import { accounts } from "../../api/resources";
import type { Account, Role } from "../../api/types";
import { makePassword } from "../../lib/password";
import { unitName, units } from "../../state/reference";
import { errorOf, type FieldProblems, fieldProblems } from "../../state/refusals";
import { t } from "../../texts";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { Labelled, Select } from "../../ui/parts";
import { useProof } from "../security/parts";

const ROLES: readonly Role[] = ["operator", "coordinator", "pic", "supervisor", "admin"];

interface AccountProps {
  account: Account | null;
  onClose: () => void;
  /** With the password of a new account, which is shown once, or `null` after a change. */
  onDone: (password: string | null, username: string) => void;
}

/** A new account (`account` null) or a change of one. The password of a new one is made here, not thought up. */
export function AccountDialog({ account, onClose, onDone }: AccountProps) {
  const username = useSignal(account?.username ?? "");
  const name = useSignal(account?.name ?? "");
  const role = useSignal<Role>(account?.role ?? "operator");
  const unit = useSignal(account?.unit ?? "");
  const email = useSignal(account?.email ?? "");
  const emailNotices = useSignal(account?.email_notices ?? true);
  const problems = useSignal<FieldProblems>({});
  const { prove, question } = useProof();

  const store = async (): Promise<string | null> => {
    const fields = { name: name.value.trim(), role: role.value, unit: unit.value, email: email.value.trim(), email_notices: emailNotices.value };
    if (account !== null) {
      await prove(() => accounts.change(account.username, fields));
      return null;
    }
    const password = makePassword();
    await prove(() => accounts.create({ ...fields, username: username.value.trim(), language: "id", password }));
    return password;
  };
  const submit = async (event: Event) => {
    event.preventDefault();
    problems.value = {};
    try {
      onDone(await store(), username.value.trim());
    } catch (error) {
      problems.value = fieldProblems(error);
    }
  };
  const problem = (field: string) => errorOf(problems.value, field);

  return (
    <Dialog title={account === null ? t("new_account") : t("edit_account", { username: account.username })} onClose={onClose} testid="account-dialog">
      <form onSubmit={(event) => void submit(event)}>
        <Labelled label={t("username")} for="account-username" hint={account === null ? t("username_hint") : ""} {...problem("username")}>
          <input id="account-username" type="text" required autocomplete="off" spellcheck={false} readOnly={account !== null} data-testid="account-username" value={username.value} onInput={(event) => (username.value = event.currentTarget.value)} />
        </Labelled>
        <Labelled label={t("full_name")} for="account-name" {...problem("name")}>
          <input id="account-name" type="text" required autocomplete="off" data-testid="account-name" value={name.value} onInput={(event) => (name.value = event.currentTarget.value)} />
        </Labelled>
        <Labelled label={t("role")} for="account-role" {...problem("role")}>
          <Select id="account-role" value={role.value} options={ROLES.map((each) => [each, t(`role_${each}`)] as const)} testid="account-role" onChange={(value) => (role.value = value)} />
        </Labelled>
        {(role.value === "pic" || unit.value !== "") && (
          <Labelled label={t("account_unit")} for="account-unit" hint={t("account_unit_hint")} {...problem("unit")}>
            <Select id="account-unit" value={unit.value} options={[["", t("account_unit_none")] as const, ...units.value.map(({ code }) => [code, unitName(code)] as const)]} testid="account-unit" onChange={(value) => (unit.value = value)} />
          </Labelled>
        )}
        <Labelled label={t("account_email")} for="account-email" hint={t("account_email_hint")} {...problem("email")}>
          <input id="account-email" type="email" autocomplete="off" data-testid="account-email" value={email.value} onInput={(event) => (email.value = event.currentTarget.value)} />
        </Labelled>
        <label class="setting">
          <span><input type="checkbox" checked={emailNotices.value} data-testid="account-email-notices" onChange={(event) => (emailNotices.value = event.currentTarget.checked)} /> {t("email_notices_of")}</span>
        </label>
        {problems.value[""] !== undefined && <p class="problem" role="alert">{problems.value[""]}</p>}
        <footer class="dialog-foot">
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button type="submit" look="primary" testid="account-save">{account === null ? t("create") : t("save")}</Button>
        </footer>
      </form>
      {question}
    </Dialog>
  );
}

export function Confirm(props: { text: string; action: string; onClose: () => void; onConfirm: () => void }) {
  return (
    <Dialog title={props.action} onClose={props.onClose} testid="confirm">
      <p>{props.text}</p>
      <footer class="dialog-foot">
        <Button onClick={props.onClose}>{t("cancel")}</Button>
        <Button look="danger" testid="confirm-yes" onClick={props.onConfirm}>{props.action}</Button>
      </footer>
    </Dialog>
  );
}

export function PasswordDialog({ username, password, onClose }: { username: string; password: string; onClose: () => void }) {
  const copied = useSignal(false);
  const copy = async () => {
    await navigator.clipboard.writeText(password);
    copied.value = true;
  };
  return (
    <Dialog title={t("new_password_title", { username })} onClose={onClose} testid="password-dialog">
      <p class="one-time-password" data-testid="one-time-password">{password}</p>
      <p>{t("new_password_text")}</p>
      <footer class="dialog-foot">
        {isSecureContext && <Button onClick={() => void copy()}>{copied.value ? t("copied") : t("copy")}</Button>}
        <Button look="primary" onClick={onClose}>{t("close")}</Button>
      </footer>
    </Dialog>
  );
}
