import { answering } from "../../state/units";
import { t } from "../../texts";
import { type Option, Picker } from "../../ui/picker";
import { Labelled } from "../../ui/parts";

function options(proposed: string): readonly Option[] {
  const all = answering().map(({ code, name }) => ({ value: code, label: name }));
  const first = all.filter(({ value }) => value === proposed).map((option) => ({ ...option, note: t("unit_proposed") }));
  return [...first, ...all.filter(({ value }) => value !== proposed)];
}

/** The office or division to ask; what is proposed stands first and is picked already. */
export function UnitField({ unit, proposed, onPick }: { unit: string; proposed: string; onPick: (code: string) => void }) {
  const shown = options(proposed);
  return (
    <Labelled label={t("unit")} for="unit" {...(unit !== "" && unit === proposed ? { hint: t("unit_proposed_hint") } : {})}>
      <Picker
        id="unit"
        value={unit}
        text={shown.find(({ value }) => value === unit)?.label ?? unit}
        options={shown}
        placeholder={t("unit_filter")}
        testid="field-unit"
        onPick={onPick}
      />
    </Labelled>
  );
}
