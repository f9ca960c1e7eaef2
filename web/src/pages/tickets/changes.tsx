import type { Change } from "../../api/types";
import { type Field, FIELDS } from "../../lib/merge";
import { moment } from "../../lib/time";
import { personName } from "../../state/reference";
import { fieldName } from "../../state/refusals";
import { language, t, tryText } from "../../texts";
import { shown } from "../../ticket/field";

/** `missed`, or with its last try `missed, try 2: busy`. */
function callbackInWords(value: string): string {
  const [, reason = value, count = "", result = ""] = /^(\w+), try (\d+): (\w+)$/.exec(value) ?? [];
  const why = tryText(`callback_${reason}`, reason);
  return count === "" ? why : `${why}, ${t("callback_tries", { count, result: tryText(`try_${result}`, result) })}`;
}

const inWords = (field: string, value: string | null): string => {
  if (value === null || value === "") return t("empty_value");
  if (field === "operator") return personName(value);
  if (field === "step") return tryText(`step_${value}`);
  if (field === "callback") return callbackInWords(value);
  if (field === "escalation") return tryText(`loop_${value.split(":", 1)[0]}`, value); // `asked: coordinators`
  return (FIELDS as readonly string[]).includes(field) ? shown(field as Field, value) : value;
};

function Line({ change }: { change: Change }) {
  const by = personName(change.by) || t("change_system");
  return (
    <li>
      <time class="digits" dateTime={change.at}>{moment(change.at, language.value)}</time>
      <span>{t("change_by", { by, field: fieldName(change.field) })}</span>
      <span class="change-values">
        <del>{inWords(change.field, change.before)}</del> → <ins>{inWords(change.field, change.after)}</ins>
      </span>
    </li>
  );
}

export function Changes({ changes }: { changes: readonly Change[] }) {
  return (
    <section class="card">
      <h2>{t("changes")}</h2>
      {changes.length === 0 ? (
        <p class="quiet">{t("no_changes")}</p>
      ) : (
        <ol class="changes" data-testid="ticket-changes">
          {[...changes].reverse().map((change, at) => <Line key={`${change.at}${change.field}${at}`} change={change} />)}
        </ol>
      )}
    </section>
  );
}
