import type { Addressees } from "../../api/validation";
import { local, t } from "../../texts";
import { type Option, Picker } from "../../ui/picker";
import { Labelled, Select } from "../../ui/parts";

function note(unit: Addressees["items"][number]): { note?: string } {
  if (unit.pics.length === 0) return { note: t("unit_nobody") };
  return unit.proposed ? { note: t("unit_proposed") } : {};
}

const options = (units: Addressees["items"]): readonly Option[] =>
  units.map((unit) => ({ value: unit.code, label: local(unit.label), ...note(unit) }));

/** The office or division to ask: what is likeliest stands first and is picked already. */
export function UnitField({ units, unit, onPick }: { units: Addressees["items"]; unit: string; onPick: (code: string) => void }) {
  const picked = units.find(({ code }) => code === unit);
  const hint = picked?.pics.length === 0 ? "unit_nobody_hint" : picked?.proposed === true ? "unit_proposed_hint" : null;
  return (
    <Labelled label={t("unit")} for="unit" {...(hint === null ? {} : { hint: t(hint) })}>
      <Picker
        id="unit"
        value={unit}
        text={picked === undefined ? unit : local(picked.label)}
        options={options(units)}
        placeholder={t("unit_filter")}
        testid="field-unit"
        onPick={onPick}
      />
    </Labelled>
  );
}

/** One of the people there, where there are several: else whoever of them comes first answers. */
export function PicField({ units, unit, pic, onPick }: { units: Addressees["items"]; unit: string; pic: string; onPick: (username: string) => void }) {
  const people = units.find(({ code }) => code === unit)?.pics ?? [];
  if (people.length < 2) return null;
  return (
    <Labelled label={t("pic")} for="pic">
      <Select id="pic" value={pic} testid="field-pic" options={[["", t("pic_anyone")], ...people.map(({ username, name }) => [username, name] as const)]} onChange={onPick} />
    </Labelled>
  );
}
