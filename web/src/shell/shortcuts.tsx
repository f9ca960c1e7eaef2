import { coordinates, hasInbox, readsTickets, takesCalls } from "../state/session";
import { t, type TextKey } from "../texts";
import { Dialog } from "../ui/dialog";
import { CONSULT_KEYS } from "./third-party";

type Row = readonly [readonly string[], TextKey];
type Section = readonly [TextKey, readonly Row[]];

const OPERATOR: readonly Section[] = [
  [
    "keys_call",
    [
      [["F3"], "key_answer"],
      [["F4"], "key_hold"],
      [["F6"], "key_mute"],
      [["F7"], "key_keypad"],
      [["F10"], "key_transfer"],
      [[CONSULT_KEYS.swap], "key_swap"],
      [[CONSULT_KEYS.conference], "key_conference"],
      [[CONSULT_KEYS.complete], "key_complete"],
      [[CONSULT_KEYS.cancel], "key_cancel"],
      [["Shift+F4"], "key_hangup"],
      [["Alt+8"], "key_outcome"],
    ],
  ],
  [
    "keys_presence",
    [
      [["F8"], "key_ready"],
      [["F9"], "key_pause"],
      [["Shift+F9"], "key_offline"],
      [["Alt+9"], "key_headset"],
    ],
  ],
  [
    "keys_ticket",
    [
      [["Ctrl+Enter"], "key_advance"],
      [["Ctrl+Shift+Enter"], "key_back"],
      [["Alt+1", "Alt+7"], "key_field"],
      [["Alt+S"], "key_standard_answer"],
      [["Alt+P"], "key_vehicle"],
      [["Alt+J"], "key_article"],
      [["Alt+V"], "key_validation"],
      [["Alt+T"], "key_offer"],
      [["↑ ↓ ← →", "1–9"], "key_matrix"],
      [["Alt+K", "Alt+L"], "key_suggestion"],
    ],
  ],
];

const COORDINATOR: readonly Section[] = [
  [
    "keys_inbox",
    [
      [["J", "K"], "key_inbox_move"],
      [["A"], "key_accept"],
      [["P"], "key_ask_pic"],
      [["O"], "key_answer_operator"],
      [["Ctrl+Enter"], "key_send"],
      [["L"], "key_release"],
    ],
  ],
];

const INBOX: Row = [["Alt+I"], "key_inbox"];
const DESK: Row = [["F2"], "key_desk"];
const PRINT: Row = [["Ctrl+P"], "key_print"];
const EVERYONE: readonly Row[] = [
  [["/"], "key_search"],
  [["?"], "key_help"],
];

function Keys({ section: [title, rows] }: { section: Section }) {
  return (
    <section>
      <h3>{t(title)}</h3>
      <table class="shortcuts">
        <tbody>
          {rows.map(([keys, text]) => (
            <tr key={text}>
              <th scope="row">
                {keys.map((key, index) => (
                  <span key={key}>{index > 0 && " … "}<kbd>{key}</kbd></span>
                ))}
              </th>
              <td>{t(text)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

export function ShortcutsDialog({ onClose }: { onClose: () => void }) {
  const operator = takesCalls.value;
  const sections = operator ? OPERATOR : coordinates.value ? COORDINATOR : [];
  const everywhere: Section = ["keys_everywhere", [...(operator ? [DESK] : []), ...(hasInbox.value ? [INBOX] : []), ...(readsTickets.value ? [PRINT] : []), ...EVERYONE]];
  return (
    <Dialog title={t("shortcuts")} onClose={onClose} testid="shortcuts" wide={operator}>
      <div class="shortcut-sections">
        {[...sections, everywhere].map((section) => <Keys key={section[0]} section={section} />)}
      </div>
    </Dialog>
  );
}
