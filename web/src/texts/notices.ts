import { define } from "./define";

/** Notices and problem codes, named after the codes of the API: `notice_<code>`, `problem_<code>`. */
export const noticeTexts = define({
  notice_caller_left: {
    id: "Penelepon menutup telepon sebelum terhubung. Tiket {ticket} menjadi “hubungi kembali”.",
    en: "The caller hung up before being connected. Ticket {ticket} is now “to call back”.",
  },
  notice_no_answer: {
    id: "Telepon Anda berdering tanpa diangkat; penelepon dialihkan.",
    en: "Your phone rang and was not picked up; the caller went on to someone else.",
  },
  notice_answered_elsewhere: { id: "Panggilan sudah diangkat operator lain.", en: "Another operator has picked up the call." },
  notice_presence_changed: { id: "Panggilan dialihkan karena Anda tidak lagi siap.", en: "The call went on to someone else because you are no longer ready." },
  notice_paused_by_queue: {
    id: "Anda dijeda: {reason}. Periksa telepon, lalu tekan Siap.",
    en: "You were paused: {reason}. Check your phone, then press Ready.",
  },
  notice_desk_elsewhere: {
    id: "Meja ini juga terbuka di tab lain. Bunyi dan pemberitahuan hanya di tab itu.",
    en: "This desk is open in another tab too. Sound and notifications are in that tab only.",
  },
  use_this_tab: { id: "Pakai tab ini", en: "Use this tab" },
  notice_closed: { id: "Tiket {ticket} selesai.", en: "Ticket {ticket} is closed." },
  notice_moved: { id: "{step}: langkah ini berjalan.", en: "{step}: this step is running." },
  problem_not_signed_in: { id: "Sesi berakhir. Masuk lagi; isian Anda tersimpan di komputer ini.", en: "Your session ended. Log in again; what you typed is kept on this computer." },
  problem_unreachable: { id: "Server tidak menjawab. Coba lagi sebentar.", en: "The server does not answer. Try again in a moment." },
  problem_other: { id: "Server menolak ({code}).", en: "The server refused ({code})." },
});
