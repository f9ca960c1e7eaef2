import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { ApiError, Unreachable } from "../api/client";
import { OPENID_START, signInWays } from "../api/security";
import { explain } from "../state/notices";
import { logIn, logOut, pendingSession } from "../state/session";
import { t, tryText } from "../texts";
import { Button } from "../ui/button";
import { LanguageSwitch } from "../ui/language";
import { NextStep } from "./security/steps";

export function LoginPage() {
  const username = useSignal("");
  const password = useSignal("");
  const shown = useSignal(false);
  const busy = useSignal(false);
  /** Why the provider's way back led here. */
  const cameWith = new URLSearchParams(location.search).get("problem");
  const problem = useSignal(cameWith === null ? "" : tryText(`problem_${cameWith}`, t("problem_openid_refused")));
  const openid = useSignal<string | null>(null);
  useEffect(() => {
    signInWays().then(
      (ways) => (openid.value = ways.openid),
      (error: unknown) => {
        if (!(error instanceof ApiError || error instanceof Unreachable)) throw error;
      },
    );
  }, []);

  const submit = async (event: Event) => {
    event.preventDefault();
    busy.value = true;
    problem.value = "";
    try {
      await logIn(username.value.trim(), password.value);
    } catch (error) {
      if (!(error instanceof ApiError || error instanceof Unreachable)) throw error;
      problem.value = explain(error);
      document.getElementById("password")?.focus();
    } finally {
      busy.value = false;
    }
  };

  const startAgain = async () => {
    password.value = "";
    await logOut();
  };

  return (
    <main class="login" id="main">
      <div class="login-card">
        <header>
          <img src="/icon.svg" alt="" width="44" height="44" />
          <h1>Sambut</h1>
          <p>{t("brand_line")}</p>
        </header>
        {pendingSession.value !== null ? (
          <>
            <NextStep session={pendingSession.value} password={password.value} />
            <Button look="quiet" testid="back-to-login" onClick={() => void startAgain()}>{t("back_to_log_in")}</Button>
          </>
        ) : (
        <form onSubmit={(event) => void submit(event)} data-testid="login-form">
          <div class="field">
            <label for="username">{t("username")}</label>
            <input
              id="username"
              type="text"
              autocomplete="username"
              autocapitalize="none"
              spellcheck={false}
              required
              autofocus
              data-testid="login-username"
              value={username.value}
              onInput={(event) => (username.value = event.currentTarget.value)}
            />
          </div>
          <div class="field">
            <label for="password">{t("password")}</label>
            <div class="with-button">
              <input
                id="password"
                {...(shown.value ? { type: "text" as const } : { type: "password" as const })}
                autocomplete="current-password"
                required
                aria-describedby="login-problem"
                data-testid="login-password"
                value={password.value}
                onInput={(event) => (password.value = event.currentTarget.value)}
              />
              <Button look="quiet" onClick={() => (shown.value = !shown.value)}>
                {shown.value ? t("hide_password") : t("show_password")}
              </Button>
            </div>
          </div>
          <p class="hint hint-error" id="login-problem" role="alert" data-testid="login-problem">{problem.value}</p>
          <Button type="submit" look="primary" busy={busy.value} testid="login-submit">
            {busy.value ? t("logging_in") : t("log_in")}
          </Button>
          {openid.value !== null && <Button testid="login-openid" onClick={() => location.assign(OPENID_START)}>{t("log_in_by", { provider: openid.value })}</Button>}
        </form>
        )}
        <footer><LanguageSwitch /></footer>
      </div>
    </main>
  );
}
