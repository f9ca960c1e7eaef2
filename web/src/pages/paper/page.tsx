import { t } from "../../texts";
import { ArchiveCard } from "./archive-card";
import { PrintCard } from "./print-card";

export function PaperPage() {
  return (
    <div class="page page-paper" data-testid="paper-page">
      <header class="page-head"><h1>{t("paper_title")}</h1></header>
      <PrintCard />
      <ArchiveCard />
    </div>
  );
}
