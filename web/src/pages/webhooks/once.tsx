import { useSignal } from "@preact/signals";
import { t } from "../../texts";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";

/** A secret that is shown this once. */
export function OnceDialog({ title, text, secret, onClose }: { title: string; text: string; secret: string; onClose: () => void }) {
  const copied = useSignal(false);
  const copy = async () => {
    await navigator.clipboard.writeText(secret);
    copied.value = true;
  };
  return (
    <Dialog title={title} onClose={onClose} testid="once-dialog">
      <p class="one-time-password one-time-secret" data-testid="one-time-secret">{secret}</p>
      <p>{text}</p>
      <footer class="dialog-foot">
        {isSecureContext && <Button onClick={() => void copy()}>{copied.value ? t("copied") : t("copy")}</Button>}
        <Button look="primary" testid="once-close" onClick={onClose}>{t("close")}</Button>
      </footer>
    </Dialog>
  );
}
