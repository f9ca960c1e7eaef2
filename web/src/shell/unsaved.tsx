import { leave, signOut, type Unsaved, wouldLose } from "../state/leaving";
import { t } from "../texts";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";

/** What signing out would lose, before it does: save it, stay, or let it go. */
export function UnsavedDialog({ unsaved }: { unsaved: Unsaved }) {
  const stay = () => (wouldLose.value = null);
  const again = () => {
    stay();
    void signOut();
  };
  return (
    <Dialog title={t("unsaved_title")} onClose={stay} testid="unsaved">
      <p>{t("unsaved_text")}</p>
      <ul data-testid="unsaved-list">
        {unsaved.tickets.map((number) => (
          <li key={number}><a href={`/tickets/${number}`} onClick={stay}>{number}</a></li>
        ))}
        {unsaved.proposals > 0 && <li><a href="/knowledge" onClick={stay}>{t("unsaved_proposals", { count: unsaved.proposals })}</a></li>}
        {unsaved.cells > 0 && <li><a href="/matrix" onClick={stay}>{t("unsaved_cells", { count: unsaved.cells })}</a></li>}
      </ul>
      <div class="dialog-foot">
        <Button look="primary" testid="unsaved-again" onClick={again}>{t("unsaved_again")}</Button>
        <Button testid="unsaved-stay" onClick={stay}>{t("unsaved_stay")}</Button>
        <Button look="danger" testid="unsaved-leave" onClick={() => void leave()}>{t("unsaved_leave")}</Button>
      </div>
    </Dialog>
  );
}
