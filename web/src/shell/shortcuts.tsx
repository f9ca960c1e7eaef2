import { takesCalls } from "../state/session";
import { t, type TextKey } from "../texts";
import { Dialog } from "../ui/dialog";

const OPERATOR: readonly (readonly [readonly string[], TextKey])[] = [
  [["F8"], "key_ready"],
  [["F9"], "key_pause"],
  [["Shift+F9"], "key_offline"],
  [["F4"], "key_hold"],
  [["Shift+F4"], "key_hangup"],
  [["Ctrl+Enter"], "key_advance"],
  [["Ctrl+Shift+Enter"], "key_back"],
  [["Alt+1", "Alt+7"], "key_field"],
  [["Alt+S"], "key_standard_answer"],
  [["↑ ↓ ← →", "1–9"], "key_matrix"],
  [["F2"], "key_desk"],
];
const EVERYONE: readonly (readonly [readonly string[], TextKey])[] = [
  [["/"], "key_search"],
  [["?"], "key_help"],
];

export function ShortcutsDialog({ onClose }: { onClose: () => void }) {
  const rows = takesCalls.value ? [...OPERATOR, ...EVERYONE] : EVERYONE;
  return (
    <Dialog title={t("shortcuts")} onClose={onClose} testid="shortcuts">
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
    </Dialog>
  );
}
