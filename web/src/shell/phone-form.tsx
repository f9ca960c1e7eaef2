import { useSignal } from "@preact/signals";
import { presence, setPhone } from "../state/desk";
import { t } from "../texts";
import { Button } from "../ui/button";
import { Labelled } from "../ui/parts";

/** Where this operator's phone rings. The server checks the address; what it says is shown. */
export function PhoneForm({ onDone }: { onDone: () => void }) {
  const uri = useSignal(presence.value?.phone ?? "");
  const busy = useSignal(false);
  const submit = async (event: Event) => {
    event.preventDefault();
    busy.value = true;
    const stored = await setPhone(uri.value.trim());
    busy.value = false;
    if (stored) onDone();
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
      <Button type="submit" look="primary" busy={busy.value} testid="phone-save">{t("save")}</Button>
    </form>
  );
}
