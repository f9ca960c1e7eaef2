import type { TicketSummary } from "../api/types";
import { callRunning } from "../state/call";
import { callBack } from "../state/phone";
import { formatNumber } from "../state/people";
import { t } from "../texts";
import { Button } from "../ui/button";

/** Rings the operator's own phone and then the caller's: one click. Off while a call is on the desk. */
export function CallButton({ ticket, number = ticket.callback?.number ?? ticket.caller.number, long = false, testid = "ticket-dial" }: {
  ticket: TicketSummary;
  number?: string;
  /** With the number in the button, where there is room for it. */
  long?: boolean;
  testid?: string;
}) {
  const words = t("call_ticket_long", { number: formatNumber(number) });
  return (
    <Button
      icon="talking"
      look={long && ticket.callback === null ? "plain" : "primary"}
      title={words}
      disabled={callRunning.value !== null}
      testid={testid}
      onClick={() => void callBack(ticket.number)}
    >
      {long ? words : t("call_ticket")}
    </Button>
  );
}
