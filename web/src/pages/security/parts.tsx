import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { ApiError } from "../../api/client";
import { OPENID_START, secondStep, type TotpOffer } from "../../api/security";
import { explain } from "../../state/notices";
import { errorOf, type FieldProblems, fieldProblems } from "../../state/refusals";
import { ownPassword } from "../../state/session";
import { t } from "../../texts";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { Labelled } from "../../ui/parts";

/** Of white around the code (ISO/IEC 18004, 6.3.8). */
const QUIET = 4;

/** A QR code from its rows of modules, "1" for dark. */
function Qr({ rows, title }: { rows: readonly string[]; title: string }) {
  const side = rows.length + 2 * QUIET;
  const dark = rows.flatMap((row, y) => [...row].flatMap((module, x) => (module === "1" ? [`M${x + QUIET} ${y + QUIET}h1v1h-1z`] : [])));
  return (
    <svg class="qr" viewBox={`0 0 ${side} ${side}`} role="img" aria-label={title} shape-rendering="crispEdges" data-testid="qr">
      <rect class="qr-light" width={side} height={side} />
      <path class="qr-dark" d={dark.join("")} />
    </svg>
  );
}

/** Scan, then the first code. */
export function AppForm({ offer, confirm }: { offer: TotpOffer; confirm: (code: string) => Promise<void> }) {
  const code = useSignal("");
  const problems = useSignal<FieldProblems>({});
  const submit = async (event: Event) => {
    event.preventDefault();
    problems.value = {};
    try {
      await confirm(code.value);
    } catch (error) {
      problems.value = fieldProblems(error);
      document.getElementById("first-code")?.focus();
    }
  };
  const problem = problems.value["code"] ?? problems.value[""];
  return (
    <form onSubmit={(event) => void submit(event)} data-testid="app-form">
      <p>{t("scan_text")}</p>
      <Qr rows={offer.qr} title={t("scan_picture")} />
      <p>{t("scan_by_hand")} <code class="by-hand" data-testid="app-secret">{offer.secret.replace(/(.{4})(?=.)/g, "$1 ")}</code></p>
      <CodeField id="first-code" label={t("step_code")} hint={t("step_code_hint")} value={code.value} {...(problem === undefined ? {} : { error: problem })} onInput={(value) => (code.value = value)} />
      <Button type="submit" look="primary" testid="code-submit">{t("go_on")}</Button>
    </form>
  );
}

interface CodeFieldProps {
  id: string;
  label: string;
  hint: string;
  error?: string;
  value: string;
  /** A recovery code has letters. */
  letters?: boolean;
  onInput: (value: string) => void;
}

export function CodeField({ id, label, hint, error, value, letters = false, onInput }: CodeFieldProps) {
  useEffect(() => document.getElementById(id)?.focus(), []); // the browser heeds `autofocus` once a page
  return (
    <Labelled label={label} for={id} hint={hint} {...(error === undefined ? {} : { error })}>
      <input
        id={id}
        type="text"
        inputMode={letters ? "text" : "numeric"}
        autocomplete="one-time-code"
        autocapitalize="none"
        spellcheck={false}
        required
        aria-describedby={`${id}-hint`}
        aria-invalid={error !== undefined}
        data-testid={id}
        value={value}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
    </Labelled>
  );
}

/** The codes, once. */
export function RecoveryCodes({ codes, done }: { codes: readonly string[]; done: () => void }) {
  return (
    <div class="recovery" data-testid="recovery">
      <p>{t("recovery_text")}</p>
      <ul class="recovery-codes">{codes.map((code) => <li key={code}><code data-testid="recovery-code">{code}</code></li>)}</ul>
      <p class="recovery-buttons no-print">
        <Button onClick={() => window.print()}>{t("print")}</Button>
        <Button look="primary" testid="recovery-kept" onClick={done}>{t("recovery_kept")}</Button>
      </p>
    </div>
  );
}

function PasswordProof({ onClose, onProved }: { onClose: () => void; onProved: () => void }) {
  const password = useSignal("");
  const problem = useSignal("");
  const submit = async (event: Event) => {
    event.preventDefault();
    try {
      await secondStep.proof(password.value);
    } catch (error) {
      problem.value = explain(error);
      return;
    }
    onProved();
  };
  return (
    <form onSubmit={(event) => void submit(event)}>
      <p>{t("proof_text")}</p>
      <Labelled label={t("password")} for="proof-password" {...errorOf({ "": problem.value }, problem.value === "" ? "none" : "")}>
        <input id="proof-password" type="password" autocomplete="current-password" required autofocus data-testid="proof-password" value={password.value} onInput={(event) => (password.value = event.currentTarget.value)} />
      </Labelled>
      <footer class="dialog-foot">
        <Button onClick={onClose}>{t("cancel")}</Button>
        <Button type="submit" look="primary" testid="proof-submit">{t("go_on")}</Button>
      </footer>
    </form>
  );
}

/** For who has no password here: by the provider once more, and then do it again. */
function ProviderProof({ onClose }: { onClose: () => void }) {
  return (
    <>
      <p data-testid="proof-by-provider">{t("proof_provider_text")}</p>
      <footer class="dialog-foot">
        <Button onClick={onClose}>{t("cancel")}</Button>
        <Button look="primary" testid="proof-again" onClick={() => location.assign(OPENID_START)}>{t("log_in_again")}</Button>
      </footer>
    </>
  );
}

/** Asks who it is once more, then goes on with what needed it. */
export function ProofDialog({ onClose, onProved }: { onClose: () => void; onProved: () => void }) {
  const none = ownPassword.value === null;
  return (
    <Dialog title={t(none ? "proof_provider_title" : "proof_title")} onClose={onClose} testid="proof-dialog">
      {none ? <ProviderProof onClose={onClose} /> : <PasswordProof onClose={onClose} onProved={onProved} />}
    </Dialog>
  );
}

/** `prove` runs what may need a proof, and asks for it when it does; `question` is to be shown meanwhile. */
export function useProof() {
  const asked = useSignal<{ proved: () => void; given_up: () => void } | null>(null);
  const prove = async <T,>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      if (!wantsProof(error)) throw error;
      await new Promise<void>((proved, failed) => (asked.value = { proved, given_up: () => failed(error) }));
      return await prove(work);
    }
  };
  const answer = (how: "proved" | "given_up") => {
    const { value } = asked;
    asked.value = null;
    value?.[how]();
  };
  const question = asked.value === null ? null : <ProofDialog onClose={() => answer("given_up")} onProved={() => answer("proved")} />;
  return { prove, question };
}

/** Whether the server wants the password once more before it does this. */
export const wantsProof = (error: unknown): boolean => error instanceof ApiError && error.problem.code === "proof_needed";
