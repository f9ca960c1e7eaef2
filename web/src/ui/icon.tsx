/** Line icons on a 20 × 20 grid, drawn for this program. Always beside a text, so hidden from screen readers. */
const PATHS = {
  ready: "M10 2.5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15ZM6.5 10.2l2.4 2.4 4.6-5",
  paused: "M6.5 4.5v11M13.5 4.5v11",
  offline: "M10 2.5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15ZM6.5 10h7",
  ringing: "M5.5 13.5V9a4.5 4.5 0 0 1 9 0v4.5l1.5 1.5H4zM8.5 17h3M2.5 6.5l1.5-2M17.5 6.5l-1.5-2",
  talking: "M5 3h3l1.5 4-2 1.3a9 9 0 0 0 4.2 4.2l1.3-2 4 1.5v3a1.5 1.5 0 0 1-1.5 1.5A12.5 12.5 0 0 1 3.5 4.5 1.5 1.5 0 0 1 5 3Z",
  wrap_up: "M4 16l.8-3.5L13.3 4l2.7 2.7-8.5 8.5zM11.5 5.8l2.7 2.7",
  hangup: "M2.5 11.5c4.5-4 10.5-4 15 0l-1.8 2.5-3.2-1.5v-2a9 9 0 0 0-5 0v2L4.3 14z",
  phone: "M4 11v-1a6 6 0 0 1 12 0v1M4 11h2.5v5H5a1 1 0 0 1-1-1zM16 11h-2.5v5H15a1 1 0 0 0 1-1z",
  check: "M4 10.5l4 4 8-9",
  warning: "M10 3 18 16.5H2zM10 8v4M10 14.2v.3",
  error: "M7 2.5h6l4.5 4.5v6L13 17.5H7L2.5 13V7zM10 6v5M10 13.7v.3",
  info: "M10 2.5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15ZM10 9v5M10 6v.3",
  close: "M5 5l10 10M15 5 5 15",
  search: "M8.5 3a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11ZM12.5 12.5 17 17",
  play: "M6 3.5v13l10.5-6.5z",
  print: "M6 7V3h8v4M5 14H3V8a1 1 0 0 1 1-1h12a1 1 0 0 1 1 1v6h-2M6 12h8v5H6z",
  callback: "M8 4 3.5 8 8 12M4 8h8a4.5 4.5 0 0 1 0 9H9",
  keyboard: "M2.5 5.5h15v9h-15zM5 8.5h.5M8 8.5h.5M11 8.5h.5M14 8.5h.5M6.5 11.8h7",
  bell: "M5.5 13.5V9a4.5 4.5 0 0 1 9 0v4.5l1.5 1.5H4zM8.5 17h3",
  muted: "M5.5 13.5V9a4.5 4.5 0 0 1 9 0v4.5l1.5 1.5H4zM3 3l14 14",
  clock: "M10 2.5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15ZM10 6v4.3l2.8 1.7",
  person: "M10 3a3.2 3.2 0 1 0 0 6.4A3.2 3.2 0 0 0 10 3ZM3.5 17c.5-3.5 3-5.2 6.5-5.2s6 1.7 6.5 5.2",
  insert: "M10 3v9M6 8.5l4 4 4-4M3.5 16.5h13",
  chevron: "M5.5 8l4.5 4.5L14.5 8",
  mic: "M10 3a2.2 2.2 0 0 0-2.2 2.2v4.3a2.2 2.2 0 0 0 4.4 0V5.2A2.2 2.2 0 0 0 10 3ZM5.5 9.5a4.5 4.5 0 0 0 9 0M10 14v3",
  mic_off: "M10 3a2.2 2.2 0 0 0-2.2 2.2v4.3a2.2 2.2 0 0 0 4.4 0V5.2A2.2 2.2 0 0 0 10 3ZM5.5 9.5a4.5 4.5 0 0 0 9 0M10 14v3M3 3l14 14",
  volume: "M4 8v4h2.5L10 15V5L6.5 8zM13 7.5a3.5 3.5 0 0 1 0 5M15.3 5.3a6.5 6.5 0 0 1 0 9.4",
  keypad: "M5 5h.3M10 5h.3M15 5h.3M5 10h.3M10 10h.3M15 10h.3M5 15h.3M10 15h.3M15 15h.3",
  transfer: "M3 10h10M9.5 5.5 14 10l-4.5 4.5M17 4v12",
  swap: "M4 7h11M12 4l3 3-3 3M16 13H5M8 10l-3 3 3 3",
  conference: "M7 4.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5ZM2.5 16c.3-3 2-4.3 4.5-4.3s4.2 1.3 4.5 4.3M13 5a2.3 2.3 0 0 1 0 4.6M14 11.9c2 .3 3.2 1.6 3.5 4.1",
  outgoing: "M6 14 14.5 5.5M8 5h7v7",
  back: "M12 4 6 10l6 6",
  next: "M8 4l6 6-6 6",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, class: className = "" }: { name: IconName; class?: string }) {
  return (
    <svg class={`icon ${className}`} viewBox="0 0 20 20" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
