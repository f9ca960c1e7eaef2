import { useSignal } from "@preact/signals";
import { accounts } from "../../api/resources";
import { browsersOf, factors } from "../../api/security";
import type { Account } from "../../api/types";
import { makePassword } from "../../lib/password";
import { useLoaded } from "../../state/load";
import { attempt } from "../../state/notices";
import { user } from "../../state/session";
import { t } from "../../texts";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { Loading } from "../../ui/parts";
import { BrowserTable } from "../security/browsers";
import { useProof } from "../security/parts";
import { AccountDialog, Confirm, PasswordDialog } from "./dialogs";

export type Opened =
  | { what: "new" }
  | { what: "edit" | "deactivate" | "reset" | "factors" | "browsers"; account: Account }
  | { what: "password"; username: string; password: string };

function Row({ account, open, activate }: { account: Account; open: (opened: Opened) => void; activate: () => void }) {
  const own = account.username === user.value?.username;
  return (
    <tr data-testid="account-row" data-username={account.username} class={account.active ? "" : "row-inactive"}>
      <td><strong>{account.username}</strong></td>
      <td>{account.name}</td>
      <td>{t(`role_${account.role}`)}</td>
      <td class="digits">{account.phone || t("none")}</td>
      <td>{account.second_factor ? t("account_factor_yes") : t("none")}</td>
      <td><span class={account.active ? "tag tag-closed" : "tag"}>{account.active ? t("active") : t("inactive")}</span></td>
      <td class="cell-actions">
        <Button look="quiet" testid="account-edit" onClick={() => open({ what: "edit", account })}>{t("edit")}</Button>
        <Button look="quiet" testid="account-reset" disabled={own} onClick={() => open({ what: "reset", account })}>{t("reset_password")}</Button>
        {account.second_factor && <Button look="quiet" testid="account-factors" disabled={own} onClick={() => open({ what: "factors", account })}>{t("reset_factors")}</Button>}
        <Button look="quiet" testid="account-browsers" onClick={() => open({ what: "browsers", account })}>{t("account_sessions")}</Button>
        {account.active ? (
          <Button look="quiet" testid="account-deactivate" disabled={own} onClick={() => open({ what: "deactivate", account })}>{t("deactivate")}</Button>
        ) : (
          <Button look="quiet" testid="account-activate" onClick={activate}>{t("activate")}</Button>
        )}
      </td>
    </tr>
  );
}

export function AccountsPage() {
  const { state, reload } = useLoaded(accounts.list);
  const opened = useSignal<Opened | null>(null);
  const close = () => (opened.value = null);
  const { prove, question } = useProof();

  const change = async (account: Account, active: boolean) => {
    await attempt(() => prove(() => accounts.change(account.username, { active })));
    close();
    reload();
  };
  const reset = async (account: Account) => {
    const password = makePassword();
    const done = await attempt(() => prove(() => accounts.change(account.username, { password })));
    opened.value = done === undefined ? null : { what: "password", username: account.username, password };
  };

  const resetFactors = async (account: Account) => {
    await attempt(() => prove(() => factors.reset(account.username)));
    close();
    reload();
  };

  const now = opened.value;
  return (
    <div class="page" data-testid="accounts-page">
      <header class="page-head">
        <h1>{t("accounts_title")}</h1>
        <Button class="push-end" look="primary" testid="account-new" onClick={() => (opened.value = { what: "new" })}>{t("new_account")}</Button>
      </header>
      {state.problem !== "" && <p class="problem" role="alert">{state.problem}</p>}
      {state.data === null ? <Loading /> : (
        <div class="table-wrap">
          <table class="list">
            <thead>
              <tr>
                <th scope="col">{t("username")}</th><th scope="col">{t("full_name")}</th><th scope="col">{t("role")}</th>
                <th scope="col">{t("phone")}</th><th scope="col">{t("account_factor")}</th><th scope="col">{t("col_state")}</th><th scope="col"><span class="visually-hidden">{t("edit")}</span></th>
              </tr>
            </thead>
            <tbody>
              {state.data.items.map((account) => (
                <Row key={account.username} account={account} open={(next) => (opened.value = next)} activate={() => void change(account, true)} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {(now?.what === "new" || now?.what === "edit") && (
        <AccountDialog
          account={now.what === "edit" ? now.account : null}
          onClose={close}
          onDone={(password, username) => {
            opened.value = password === null ? null : { what: "password", username, password };
            reload();
          }}
        />
      )}
      {now?.what === "deactivate" && (
        <Confirm text={t("confirm_deactivate", { username: now.account.username })} action={t("deactivate")} onClose={close} onConfirm={() => void change(now.account, false)} />
      )}
      {now?.what === "reset" && (
        <Confirm text={t("confirm_reset", { username: now.account.username })} action={t("reset_password")} onClose={close} onConfirm={() => void reset(now.account)} />
      )}
      {now?.what === "factors" && (
        <Confirm text={t("confirm_reset_factors", { username: now.account.username })} action={t("reset_factors")} onClose={close} onConfirm={() => void resetFactors(now.account)} />
      )}
      {now?.what === "browsers" && (
        <Dialog title={t("browsers_of", { username: now.account.username })} onClose={close} testid="browsers-dialog" wide>
          <BrowserTable api={browsersOf(now.account.username)} endAll={t("browsers_end_all")} />
        </Dialog>
      )}
      {question}
      {now?.what === "password" && <PasswordDialog username={now.username} password={now.password} onClose={close} />}
    </div>
  );
}
