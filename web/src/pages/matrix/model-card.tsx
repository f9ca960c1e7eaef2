import { useEffect } from "preact/hooks";
import { suggestions } from "../../api/matrix";
import { moment } from "../../lib/time";
import { useLoaded } from "../../state/load";
import { attempt } from "../../state/notices";
import { language, t } from "../../texts";
import { Button } from "../../ui/button";

const LOOK_AGAIN_MS = 2000;

/** What the suggestions on the desk have learnt from, and when; the admin may have them learn now. */
export function ModelCard() {
  const { state, reload } = useLoaded(suggestions.model);
  const model = state.data;
  useEffect(() => {
    if (model?.training !== true) return;
    const timer = window.setTimeout(reload, LOOK_AGAIN_MS);
    return () => window.clearTimeout(timer);
  });
  if (model === null) return null;
  const learn = async () => {
    await attempt(suggestions.learn);
    reload();
  };
  const learnt = model.trained_at === null ? t("model_none") : t("model_learnt", { at: moment(model.trained_at, language.value), examples: model.examples, tickets: model.tickets });
  return (
    <section class="card matrix-model" data-testid="suggestion-model" data-training={model.training}>
      <h2>{t("model_title")}</h2>
      <p role="status">{model.training ? t("model_learning") : learnt}</p>
      <Button class="push-end" testid="suggestion-learn" busy={model.training} onClick={() => void learn()}>{t("model_learn")}</Button>
    </section>
  );
}
