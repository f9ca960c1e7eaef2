import { useSignalEffect } from "@preact/signals";
import { LoginPage } from "./pages/login";
import { type Route, ROUTES, startPage } from "./pages/routes";
import { match, navigate, route } from "./lib/router";
import { callRunning } from "./state/call";
import { sessionKnown, user } from "./state/session";
import { t } from "./texts";
import { OperatorBar } from "./shell/operator-bar";
import { TopBar } from "./shell/top-bar";
import { Announcer, Banners, Notices } from "./ui/notices";
import { Empty, Loading } from "./ui/parts";

function found(): { page: Route; parameters: Record<string, string> } | null {
  for (const page of ROUTES) {
    const parameters = match(page.pattern, route.value.path);
    if (parameters !== null) return { page, parameters };
  }
  return null;
}

function Content() {
  const here = found();
  if (here === null) return <Empty icon="info" title={t("not_found_title")} text={t("not_found_text")}><a href={startPage()}>{t("back_to_start")}</a></Empty>;
  if (here.page.open?.value === false) return <Empty icon="info" title={t("not_for_you")}><a href={startPage()}>{t("back_to_start")}</a></Empty>;
  return <>{here.page.page(here.parameters)}</>;
}

function SignedIn() {
  useSignalEffect(() => {
    if (["/", "/login"].includes(route.value.path)) navigate(startPage(), true);
  });
  return (
    <>
      <a class="skip-link" href="#main">{t("skip_to_content")}</a>
      <TopBar />
      <OperatorBar />
      <Banners />
      <main id="main" tabIndex={-1}>
        <Content />
      </main>
    </>
  );
}

export function App() {
  useSignalEffect(() => {
    const page = found()?.page;
    const call = callRunning.value?.state === "ringing" ? `● ${t("incoming_call")} · ` : "";
    document.title = `${call}${user.value === null || page === undefined ? "" : `${t(page.title)} · `}Sambut`;
  });
  return (
    <>
      {!sessionKnown.value ? <Loading /> : user.value === null ? <LoginPage /> : <SignedIn />}
      <Notices />
      <Announcer />
    </>
  );
}
