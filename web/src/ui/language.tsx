import { chooseLanguage } from "../state/session";
import { language, t } from "../texts";

/** The languages by their own names, in two letters: a reader of either finds theirs. */
export function LanguageSwitch() {
  return (
    <div class="segmented segmented-small" role="group" aria-label={t("language_switch")}>
      {(["id", "en"] as const).map((choice) => (
        <button
          key={choice}
          type="button"
          lang={choice}
          aria-pressed={language.value === choice}
          title={choice === "id" ? "Bahasa Indonesia" : "English"}
          data-testid={`language-${choice}`}
          onClick={() => void chooseLanguage(choice)}
        >
          {choice.toUpperCase()}
        </button>
      ))}
    </div>
  );
}
