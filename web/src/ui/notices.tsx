import { link } from "../state/connection";
import { polite, urgent } from "../state/alerts";
import { dismiss, type Notice, notices } from "../state/notices";
import { takesCalls, user } from "../state/session";
import { claimDesk, deskElsewhere } from "../state/active";
import { t } from "../texts";
import { Button } from "./button";
import { Icon, type IconName } from "./icon";

const ICONS: Record<Notice["level"], IconName> = { info: "info", success: "check", warning: "warning", error: "error" };

function One({ notice }: { notice: Notice }) {
  return (
    <div class={`notice notice-${notice.level}`} role={notice.level === "error" ? "alert" : "status"} data-testid="notice">
      <Icon name={ICONS[notice.level]} />
      <p>{notice.text}</p>
      {notice.link !== undefined && <a href={notice.link.to}>{notice.link.label}</a>}
      <Button look="quiet" icon="close" label={t("close")} onClick={() => dismiss(notice.id)} />
    </div>
  );
}

/** Floats in a corner: a notice never pushes anything aside. */
export function Notices() {
  return (
    <div class="notices" data-testid="notices">
      {notices.value.map((notice) => (
        <One key={notice.id} notice={notice} />
      ))}
    </div>
  );
}

/** What stands above everything until it is over: no line to the server, desk in another tab. */
export function Banners() {
  const account = user.value;
  return (
    <div class="banners">
      {account !== null && link.value === "down" && (
        <div class="banner banner-warning" role="status" data-testid="banner-link-down">
          <Icon name="warning" /> <span>{t("link_down")}</span>
        </div>
      )}
      {account !== null && takesCalls.value && deskElsewhere.value && (
        <div class="banner banner-info" role="status" data-testid="desk-elsewhere">
          <Icon name="info" /> <span>{t("desk_elsewhere")}</span>
          <Button look="primary" testid="desk-use-here" onClick={claimDesk}>{t("desk_use_here")}</Button>
        </div>
      )}
    </div>
  );
}

/** The two voices for screen readers. They are on the page from the start, because a region added later is not heard. */
export function Announcer() {
  return (
    <div class="visually-hidden">
      <div aria-live="assertive" data-testid="live-assertive">{urgent.value}</div>
      <div aria-live="polite" data-testid="live-polite">{polite.value}</div>
    </div>
  );
}
