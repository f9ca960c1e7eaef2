import type { Vehicle } from "../api/vehicles";
import { useShortcuts } from "../lib/keys";
import { moment } from "../lib/time";
import { dueDay, figures, rupiah, vehicleName } from "../lib/vehicle-words";
import type { TicketEditor } from "../state/editor";
import { editsTickets } from "../state/session";
import { type Sight, useVehicle } from "../state/vehicle";
import { language, t } from "../texts";
import { Button } from "../ui/button";
import { Icon } from "../ui/icon";
import { KeyValue } from "../ui/parts";
import { addToAnswer } from "./add-answer";

const money = (amount: number | null): string => (amount === null ? t("none") : rupiah(amount, language.value));

function Figures({ vehicle }: { vehicle: Vehicle }) {
  const due = vehicle.due_date === null ? t("none") : dueDay(vehicle.due_date, language.value);
  return (
    <>
      <p class="vehicle-name">{vehicleName(vehicle) || t("none")}{vehicle.colour !== "" && <span class="quiet"> · {vehicle.colour}</span>}</p>
      <KeyValue
        items={[
          [t("vehicle_due"), <span data-testid="vehicle-due">{due}</span>],
          [t("vehicle_tax"), <span class="digits" data-testid="vehicle-tax">{money(vehicle.tax_due)}</span>],
          [t("vehicle_fine"), <span class="digits" data-testid="vehicle-fine">{money(vehicle.fine)}</span>],
          [t("vehicle_total"), <strong class="digits" data-testid="vehicle-total">{money(vehicle.total)}</strong>],
          [t("vehicle_region"), vehicle.region || t("none")],
          [t("vehicle_owner_region"), <span data-testid="vehicle-owner-region">{vehicle.owner_region || t("none")}</span>],
        ]}
      />
      {vehicle.as_of !== null && <AsOf vehicle={vehicle} at={vehicle.as_of} />}
    </>
  );
}

function AsOf({ vehicle, at }: { vehicle: Vehicle; at: string }) {
  const time = moment(at, language.value);
  return vehicle.stale ? (
    <p class="vehicle-stale" data-testid="vehicle-stale"><Icon name="warning" class="icon-small" /> {t("vehicle_stale", { time })}</p>
  ) : (
    <p class="quiet vehicle-as-of">{t("vehicle_as_of", { time })}</p>
  );
}

function Words({ sight, retry }: { sight: Sight; retry: () => void }) {
  switch (sight.state) {
    case "found":
    case "off":
      return null;
    case "loading":
      return <p class="quiet">{t("loading")}</p>;
    case "down":
    case "failed":
      return (
        <>
          <p class="vehicle-down"><Icon name="warning" class="icon-small" /> {sight.state === "failed" ? sight.problem : t("vehicle_down")}</p>
          <Button testid="vehicle-retry" onClick={retry}>{t("try_again")}</Button>
        </>
      );
    default:
      return <p class="quiet">{t(`vehicle_${sight.state}`)}</p>;
  }
}

/** The vehicle behind the ticket's plate (SOP step 5), from the office's own source; without one the panel is not there. */
export function VehiclePanel({ editor }: { editor: TicketEditor }) {
  const { sight, retry } = useVehicle(editor);
  const vehicle = sight.state === "found" ? sight.vehicle : null;
  const writes = vehicle !== null && editsTickets.value && editor.ticket.value.step !== "closed";
  const insert = () => vehicle !== null && addToAnswer(editor, figures(vehicle, editor.ticket.value.language));
  useShortcuts(writes ? { "Alt+P": insert } : {});
  if (sight.state === "off") return null;
  return (
    <section class="card vehicle" data-testid="vehicle" data-state={vehicle?.stale === true ? "stale" : sight.state}>
      <h2>{t("vehicle")} {vehicle !== null && <span class="plate">{vehicle.plate}</span>}</h2>
      <div role="status"><Words sight={sight} retry={retry} /></div>
      {vehicle !== null && <Figures vehicle={vehicle} />}
      {writes && <Button look="quiet" icon="insert" keys="Alt+P" testid="vehicle-insert" onClick={insert}>{t("vehicle_insert")}</Button>}
    </section>
  );
}
