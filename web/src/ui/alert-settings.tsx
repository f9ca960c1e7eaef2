import { setSound, soundOn } from "../lib/sound";
import { askNotificationPermission, notificationPermission } from "../state/alerts";
import { t } from "../texts";
import { Button } from "./button";

/** How a call or a question makes itself known, with what can be switched right here. */
export function AlertSettings() {
  return (
    <div class="alert-settings">
      <Button look="quiet" icon={soundOn.value ? "bell" : "muted"} pressed={soundOn.value} testid="sound-toggle" onClick={() => setSound(!soundOn.value)}>
        {soundOn.value ? t("sound_on") : t("sound_off")}
      </Button>
      {notificationPermission.value === "default" && (
        <Button look="quiet" icon="info" onClick={() => void askNotificationPermission()}>{t("allow_notifications")}</Button>
      )}
    </div>
  );
}
