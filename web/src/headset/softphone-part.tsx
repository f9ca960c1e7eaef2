import { useSignal } from "@preact/signals";
import { me } from "../api/resources";
import { presence } from "../state/desk";
import { attempt, notify } from "../state/notices";
import { t } from "../texts";
import { Button } from "../ui/button";
import { Icon } from "../ui/icon";
import { phoneWords } from "./words";

/** Into a file that only its owner reads, because a command line is seen by every program on the workstation. */
const commandFor = ({ token, server }: { token: string; server: string }): string =>
  `(umask 077; printf %s ${token} > ~/.sambut-token)\nsambut softphone --server ${server} --token-file ~/.sambut-token`;

/** The token is shown once, inside the commands that use it. */
export function SoftphonePart() {
  const command = useSignal<string | null>(null);
  const mine = presence.value;
  if (mine === null) return null;
  const { icon, word, state } = phoneWords(mine);
  const make = async () => {
    const made = await attempt(() => me.newPhoneToken());
    if (made !== undefined) command.value = commandFor(made);
  };
  const end = async () => {
    const ended = await attempt(async () => {
      await me.endPhoneToken();
      return true;
    });
    if (ended !== true) return;
    command.value = null;
    notify("success", t("softphone_token_ended"));
  };
  return (
    <div class="headset-part">
      <div class={`headset-state headset-is-${state}`}><Icon name={icon} /> <strong>{word}</strong><p>{t("softphone_text")}</p></div>
      {command.value !== null && (
        <div class="token">
          <p>{t("softphone_token_once")}</p>
          <code data-testid="softphone-command">{command.value}</code>
          <Button onClick={() => void navigator.clipboard?.writeText(command.value ?? "")}>{t("copy")}</Button>
        </div>
      )}
      <div class="token-buttons">
        <Button look={command.value === null ? "primary" : "plain"} testid="softphone-token" onClick={() => void make()}>
          {t(command.value === null ? "softphone_token_new" : "softphone_token_again")}
        </Button>
        <Button look="quiet" testid="softphone-token-end" onClick={() => void end()}>{t("softphone_token_end")}</Button>
      </div>
    </div>
  );
}
