import { type Signal, useSignal } from "@preact/signals";
import { ApiError, Unreachable } from "../../api/client";
import { factors as api, type Factors, type TotpOffer } from "../../api/security";
import { makePasskey, passkeysWork } from "../../lib/passkeys";
import { shortMoment } from "../../lib/time";
import { serverNow } from "../../state/clock";
import { useLoaded } from "../../state/load";
import { explain, notify } from "../../state/notices";
import { language, t } from "../../texts";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { Labelled, Loading } from "../../ui/parts";
import { AppForm, ProofDialog, RecoveryCodes, wantsProof } from "./parts";

type Opened =
  | { what: "app"; offer: TotpOffer }
  | { what: "passkey" }
  | { what: "codes"; codes: readonly string[] }
  | { what: "proof"; then: () => Promise<void> }
  | { what: "sure"; text: string; action: string; then: () => Promise<void> };

/** Runs what a button asked for; when the server wants the password first, asks for it and then does it. */
async function proving(opened: Signal<Opened | null>, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (wantsProof(error)) opened.value = { what: "proof", then: () => proving(opened, work) };
    else if (error instanceof ApiError || error instanceof Unreachable) notify("error", explain(error));
    else throw error;
  }
}

const at = (moment: string) => shortMoment(moment, serverNow(), language.value);

function Line({ name, text, children }: { name: string; text: string; children: preact.ComponentChildren }) {
  return <li class="setting" data-testid="factor"><span><strong>{name}</strong> <span class="quiet">{text}</span></span><span>{children}</span></li>;
}

function PasskeyName({ onClose, keep }: { onClose: () => void; keep: (name: string) => Promise<void> }) {
  const name = useSignal(t("passkey_name_usual"));
  const busy = useSignal(false);
  const submit = async (event: Event) => {
    event.preventDefault();
    busy.value = true;
    await keep(name.value.trim());
    busy.value = false;
  };
  return (
    <Dialog title={t("add_passkey")} onClose={onClose} testid="passkey-dialog">
      <form onSubmit={(event) => void submit(event)}>
        <Labelled label={t("passkey_name")} for="passkey-name" hint={t("passkey_name_hint")}>
          <input id="passkey-name" type="text" required autofocus maxLength={60} data-testid="passkey-name" value={name.value} onInput={(event) => (name.value = event.currentTarget.value)} />
        </Labelled>
        <footer class="dialog-foot">
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button type="submit" look="primary" busy={busy.value} testid="passkey-make">{t("go_on")}</Button>
        </footer>
      </form>
    </Dialog>
  );
}

interface ListProps {
  mine: Factors;
  app: () => void;
  passkey: () => void;
  remove: (name: string, work: () => Promise<void>) => void;
  codes: () => void;
}

function List({ mine, app, passkey, remove, codes }: ListProps) {
  const none = mine.totp_since === null && mine.passkeys.length === 0;
  return (
    <>
      {none && <p class="quiet" data-testid="factors-none">{t("factors_none")}</p>}
      <ul class="plain-list">
        {mine.totp_since !== null && (
          <Line name={t("factor_app")} text={t("factor_since", { moment: at(mine.totp_since) })}>
            <Button look="quiet" testid="app-remove" onClick={() => remove(t("factor_app"), api.removeApp)}>{t("remove")}</Button>
          </Line>
        )}
        {mine.passkeys.map((key) => (
          <Line key={key.id} name={key.name} text={key.used_at === null ? t("factor_unused") : t("factor_used", { moment: at(key.used_at) })}>
            <Button look="quiet" testid="passkey-remove" onClick={() => remove(key.name, () => api.removePasskey(key.id))}>{t("remove")}</Button>
          </Line>
        ))}
        {!none && (
          <li class="setting"><span data-testid="recovery-left">{t("recovery_left", { count: mine.recovery_left })}</span><Button look="quiet" testid="recovery-new" onClick={codes}>{t("recovery_new")}</Button></li>
        )}
      </ul>
      <p class="buttons">
        <Button testid="app-add" onClick={app}>{mine.totp_since === null ? t("add_app") : t("replace_app")}</Button>
        {passkeysWork() && <Button testid="passkey-add" onClick={passkey}>{t("add_passkey")}</Button>}
      </p>
      {!passkeysWork() && <p class="hint">{t("passkey_unsupported")}</p>}
    </>
  );
}

/** What somebody proves themselves with besides the password. `added` is called when a factor was, its codes put away. */
export function SecondFactors({ added = () => undefined }: { added?: () => void }) {
  const { state, reload } = useLoaded(api.mine);
  const opened = useSignal<Opened | null>(null);
  const close = () => (opened.value = null);
  const start = (work: () => Promise<void>) => void proving(opened, work);
  const done = (codes: readonly string[]) => {
    reload();
    opened.value = codes.length > 0 ? { what: "codes", codes } : null;
    if (codes.length === 0) added();
  };
  const kept = () => {
    close();
    added();
  };

  const offerApp = async () => void (opened.value = { what: "app", offer: await api.offer() });
  const keepPasskey = async (name: string) => {
    const credential = await makePasskey((await api.question()).public_key);
    if (credential === null) return notify("warning", t("passkey_not_given"));
    done((await api.addPasskey(name, credential)).codes);
  };
  const remove = (factor: string, work: () => Promise<void>) => {
    const then = async () => {
      await work();
      close();
      reload();
    };
    opened.value = { what: "sure", text: t("remove_factor_text", { factor }), action: t("remove"), then };
  };
  const newCodes = () => {
    const then = async () => done((await api.newCodes()).codes);
    opened.value = { what: "sure", text: t("recovery_new_text"), action: t("recovery_new"), then };
  };

  const now = opened.value;
  return (
    <div data-testid="factors">
      {state.problem !== "" && <p class="problem" role="alert">{state.problem}</p>}
      {state.data === null ? <Loading /> : (
        <List mine={state.data} app={() => start(offerApp)} passkey={() => (opened.value = { what: "passkey" })} remove={remove} codes={newCodes} />
      )}
      {now?.what === "app" && (
        <Dialog title={t("scan_title")} onClose={close} testid="app-dialog">
          <AppForm offer={now.offer} confirm={async (code) => done((await api.confirm(code)).codes)} />
        </Dialog>
      )}
      {now?.what === "passkey" && <PasskeyName onClose={close} keep={(name) => proving(opened, () => keepPasskey(name))} />}
      {now?.what === "codes" && <Dialog title={t("recovery_title")} onClose={kept} testid="codes-dialog"><RecoveryCodes codes={now.codes} done={kept} /></Dialog>}
      {now?.what === "proof" && <ProofDialog onClose={close} onProved={() => { close(); void now.then(); }} />}
      {now?.what === "sure" && (
        <Dialog title={now.action} onClose={close} testid="sure-dialog">
          <p>{now.text}</p>
          <footer class="dialog-foot">
            <Button onClick={close}>{t("cancel")}</Button>
            <Button look="danger" testid="sure-yes" onClick={() => start(now.then)}>{now.action}</Button>
          </footer>
        </Dialog>
      )}
    </div>
  );
}
