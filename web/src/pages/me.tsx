import { useSignal } from "@preact/signals";
import { me } from "../api/resources";
import { beep } from "../headset/ring";
import { phoneWords } from "../headset/words";
import { setSound, soundOn } from "../lib/sound";
import { presence } from "../state/desk";
import { phoneOpen } from "../state/phone";
import { attempt, notify } from "../state/notices";
import { takesCalls, user } from "../state/session";
import { t, type TextKey } from "../texts";
import { Button } from "../ui/button";
import { LanguageSwitch } from "../ui/language";
import { Icon } from "../ui/icon";

const FIELDS = [
  ["current", "current_password", "current-password"],
  ["fresh", "new_password", "new-password"],
  ["again", "repeat_password", "new-password"],
] as const satisfies readonly (readonly [string, TextKey, string])[];

function PasswordForm() {
  const values = useSignal({ current: "", fresh: "", again: "" });
  const differ = values.value.again !== "" && values.value.again !== values.value.fresh;
  const submit = async (event: Event) => {
    event.preventDefault();
    const done = await attempt(async () => {
      await me.password(values.value.current, values.value.fresh);
      return true;
    });
    if (done !== true) return;
    values.value = { current: "", fresh: "", again: "" };
    notify("success", t("password_changed"));
  };
  return (
    <form class="card" onSubmit={(event) => void submit(event)} data-testid="password-form">
      <h2>{t("change_password")}</h2>
      <input type="text" class="visually-hidden" autocomplete="username" value={user.value?.username ?? ""} readOnly tabIndex={-1} aria-hidden="true" />
      {FIELDS.map(([name, label, autocomplete]) => (
        <div class="field" key={name}>
          <label for={`password-${name}`}>{t(label)}</label>
          <input
            id={`password-${name}`}
            type="password"
            required
            autocomplete={autocomplete}
            data-testid={`password-${name}`}
            value={values.value[name]}
            onInput={(event) => (values.value = { ...values.value, [name]: event.currentTarget.value })}
          />
        </div>
      ))}
      <p class="hint hint-error" role="status">{differ ? t("passwords_differ") : ""}</p>
      <Button type="submit" look="primary" disabled={differ || values.value.again === ""} testid="password-save">{t("change_password")}</Button>
    </form>
  );
}

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
      <PasswordForm />
    </div>
  );
}
