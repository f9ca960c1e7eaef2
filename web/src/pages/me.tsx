import { me } from "../api/resources";
import { myBrowsers } from "../api/security";
import { beep } from "../headset/ring";
import { phoneWords } from "../headset/words";
import { setSound, soundOn } from "../lib/sound";
import { presence } from "../state/desk";
import { phoneOpen } from "../state/phone";
import { attempt, notify } from "../state/notices";
import { ownPassword, takesCalls, user } from "../state/session";
import { t } from "../texts";
import { Button } from "../ui/button";
import { LanguageSwitch } from "../ui/language";
import { Icon } from "../ui/icon";
import { BrowserTable } from "./security/browsers";
import { SecondFactors } from "./security/factors";
import { PasswordForm } from "./security/password-form";

/** Mail while no page is open; the address is the admin's to enter. */
function EmailNotices() {
  const account = user.value;
  if (account === null) return null;
  const set = async (wanted: boolean) => {
    const changed = await attempt(() => me.emailNotices(wanted));
    if (changed !== undefined) user.value = changed;
  };
  return (
    <div class="setting">
      <label>
        <input type="checkbox" checked={account.email_notices} disabled={account.email === ""} data-testid="email-notices" onChange={(event) => void set(event.currentTarget.checked)} /> {t("email_notices")}
      </label>
      <span class="quiet">{account.email === "" ? t("email_none") : account.email}</span>
    </div>
  );
}

function Preferences() {
  return (
    <section class="card">
      <h2>{t("preferences")}</h2>
      <div class="setting"><span>{t("page_language")}</span><LanguageSwitch /></div>
      <EmailNotices />
      {takesCalls.value && (
        <div class="setting">
          <label>
            <input type="checkbox" checked={soundOn.value} data-testid="sound-setting" onChange={(event) => setSound(event.currentTarget.checked)} /> {t("call_sound")}
          </label>
          <Button disabled={!soundOn.value} onClick={beep}>{t("test_sound")}</Button>
        </div>
      )}
    </section>
  );
}

/** How the phone stands; it is set in the bar, where it is on every page. */
function Phone() {
  const mine = presence.value;
  if (mine === null) return null;
  const { icon, name, word, help } = phoneWords(mine);
  return (
    <section class="card">
      <h2>{t("phone_panel")}</h2>
      <div class="setting">
        <span><Icon name={icon} /> {name}: {word}</span>
        <Button testid="me-phone" onClick={() => (phoneOpen.value = true)}>{t("headset_open")}</Button>
      </div>
      {help !== "" && <p class="quiet">{help}</p>}
    </section>
  );
}

export function MePage() {
  const account = user.value;
  if (account === null) return null;
  return (
    <div class="page page-narrow" data-testid="me-page">
      <header class="page-head">
        <h1>{t("me_title")}</h1>
        <p class="quiet">{account.name} · {account.username} · {t(`role_${account.role}`)}</p>
      </header>
      {takesCalls.value && <Phone />}
      <Preferences />
      <section class="card">
        <h2>{t("change_password")}</h2>
        {ownPassword.value === "own" ? <PasswordForm username={account.username} done={() => notify("success", t("password_changed"))} /> : <p data-testid="password-elsewhere">{t("password_elsewhere")}</p>}
      </section>
      <section class="card">
        <h2>{t("factors_title")}</h2>
        <SecondFactors />
      </section>
      <section class="card">
        <h2>{t("browsers_title")}</h2>
        <BrowserTable api={myBrowsers} endAll={t("browsers_end_others")} />
      </section>
    </div>
  );
}
