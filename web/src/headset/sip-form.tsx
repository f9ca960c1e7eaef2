import { useSignal } from "@preact/signals";
import { presence } from "../state/desk";
import { setPhone } from "../state/phone";
import { notify } from "../state/notices";
import { t } from "../texts";
import { Button } from "../ui/button";
import { Labelled } from "../ui/parts";

/** Where a plain SIP phone rings. The server checks the address; what it says is shown. */
export function SipForm({ onDone }: { onDone: () => void }) {
  const uri = useSignal(presence.value?.phone ?? "");
  const byItself = useSignal(presence.value?.auto_answer ?? false);
  const busy = useSignal(false);
  const submit = async (event: Event) => {
    event.preventDefault();
    busy.value = true;
    const stored = await setPhone({ kind: "sip", uri: uri.value.trim(), auto_answer: byItself.value });
    busy.value = false;
    if (!stored) return;
    notify("success", t("phone_saved"));
    onDone();
  };
  return (
    <form class="phone-form" onSubmit={(event) => void submit(event)} data-testid="phone-form">
      <Labelled label={t("phone_uri")} for="phone-uri" hint={t("phone_hint")}>
        <input
          id="phone-uri"
          type="text"
          inputMode="url"
          spellcheck={false}
          autocomplete="off"
          aria-describedby="phone-uri-hint"
          placeholder="sip:operator1@192.168.1.20"
          data-testid="phone-uri"
          value={uri.value}
          onInput={(event) => (uri.value = event.currentTarget.value)}
        />
      </Labelled>
      <label class="check">
        <input type="checkbox" checked={byItself.value} data-testid="phone-auto-answer" onChange={(event) => (byItself.value = event.currentTarget.checked)} />
        {t("auto_answer")}
      </label>
      <Button type="submit" look="primary" busy={busy.value} testid="phone-save">{t("save")}</Button>
    </form>
  );
}
