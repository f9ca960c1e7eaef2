import { useSignal } from "@preact/signals";
import { blocked } from "../../api/contacts";
import { fromWall } from "../../lib/zone";
import { errorOf, type FieldProblems, fieldProblems } from "../../state/refusals";
import { t } from "../../texts";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { Labelled } from "../../ui/parts";

interface Props {
  /** Empty when it is still to be typed. */
  number: string;
  onClose: () => void;
  onDone: () => void;
}

/** The last moment of the day that was picked, at the office; null for none. */
const endOf = (day: string): string | null => (day === "" ? null : new Date(fromWall(`${day}T23:59:59`)).toISOString());

/** Why a number is blocked, and until when. */
export function BlockDialog({ number, onClose, onDone }: Props) {
  const typed = useSignal(number);
  const reason = useSignal("");
  const until = useSignal("");
  const errors = useSignal<FieldProblems>({});
  const submit = async (event: Event) => {
    event.preventDefault();
    errors.value = {};
    try {
      await blocked.block(typed.value, reason.value.trim(), endOf(until.value));
      onDone();
    } catch (error) {
      errors.value = fieldProblems(error);
    }
  };
  const problem = (field: string) => errorOf(errors.value, field);
  return (
    <Dialog title={t("block_number")} onClose={onClose} testid="block-dialog">
      <form onSubmit={(event) => void submit(event)}>
        <Labelled label={t("block_phone")} for="block-number" {...problem("number")}>
          <input id="block-number" type="tel" required autocomplete="off" readOnly={number !== ""} data-testid="block-number" value={typed.value} onInput={(event) => (typed.value = event.currentTarget.value)} />
        </Labelled>
        <Labelled label={t("block_reason")} for="block-reason" hint={t("block_reason_hint")} {...problem("reason")}>
          <input id="block-reason" type="text" required autocomplete="off" data-testid="block-reason" value={reason.value} onInput={(event) => (reason.value = event.currentTarget.value)} />
        </Labelled>
        <Labelled label={t("block_until")} for="block-until" hint={t("block_until_hint")} {...problem("until")}>
          <input id="block-until" type="date" data-testid="block-until" value={until.value} onInput={(event) => (until.value = event.currentTarget.value)} />
        </Labelled>
        {errors.value[""] !== undefined && <p class="problem" role="alert">{errors.value[""]}</p>}
        <footer class="dialog-foot">
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button type="submit" look="danger" testid="block-save">{t("block")}</Button>
        </footer>
      </form>
    </Dialog>
  );
}
