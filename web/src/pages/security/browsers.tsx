import { useSignal } from "@preact/signals";
import { ApiError, Unreachable } from "../../api/client";
import type { BrowserList, SignedInBrowser } from "../../api/security";
import { browserName } from "../../lib/browser-name";
import { shortMoment } from "../../lib/time";
import { serverNow } from "../../state/clock";
import { useLoaded } from "../../state/load";
import { explain, notify } from "../../state/notices";
import { language, t } from "../../texts";
import { Button } from "../../ui/button";
import { Loading } from "../../ui/parts";
import { ProofDialog, wantsProof } from "./parts";

function Row({ browser, end }: { browser: SignedInBrowser; end: () => void }) {
  const name = browserName(browser.browser) || t("browser_unknown");
  const at = (moment: string) => shortMoment(moment, serverNow(), language.value);
  return (
    <tr data-testid="browser-row" data-current={browser.current}>
      <td title={browser.browser}>{name} {browser.current && <span class="tag">{t("browser_here")}</span>}</td>
      <td class="digits">{browser.address}</td>
      <td class="digits">{at(browser.since)}</td>
      <td class="digits">{at(browser.seen_at)}</td>
      <td class="cell-actions">
        {!browser.current && <Button look="quiet" label={t("browser_end_of", { browser: name })} testid="browser-end" onClick={end}>{t("browser_end")}</Button>}
      </td>
    </tr>
  );
}

/** Where somebody is logged in; ended one by one or all at once. */
export function BrowserTable({ api, endAll }: { api: BrowserList; endAll: string }) {
  const { state, reload } = useLoaded(api.list);
  const proving = useSignal<(() => Promise<void>) | null>(null);
  const ending = async (work: () => Promise<void>) => {
    proving.value = null;
    try {
      await work();
      notify("success", t("browsers_ended"));
    } catch (error) {
      if (wantsProof(error)) proving.value = () => ending(work);
      else if (error instanceof ApiError || error instanceof Unreachable) notify("error", explain(error));
      else throw error;
    }
    reload();
  };
  if (state.problem !== "") return <p class="problem" role="alert">{state.problem}</p>;
  if (state.data === null) return <Loading />;
  const others = state.data.items.filter((each) => !each.current);
  if (state.data.items.length === 0) return <p class="quiet" data-testid="browsers-none">{t("browsers_none")}</p>;
  return (
    <>
      <div class="table-wrap">
        <table class="list" data-testid="browsers">
          <thead>
            <tr>
              <th scope="col">{t("browser")}</th><th scope="col">{t("browser_address")}</th><th scope="col">{t("browser_since")}</th>
              <th scope="col">{t("browser_seen")}</th><th scope="col"><span class="visually-hidden">{t("browser_end")}</span></th>
            </tr>
          </thead>
          <tbody>{state.data.items.map((each) => <Row key={each.id} browser={each} end={() => void ending(() => api.end(each.id))} />)}</tbody>
        </table>
      </div>
      <Button disabled={others.length === 0} testid="browsers-end-all" onClick={() => void ending(api.endAll)}>{endAll}</Button>
      {proving.value !== null && <ProofDialog onClose={() => (proving.value = null)} onProved={() => void proving.value?.()} />}
    </>
  );
}
