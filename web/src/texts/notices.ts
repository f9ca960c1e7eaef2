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
  notice_paused_no_answer: {
    id: "Anda dijeda karena telepon beberapa kali tidak diangkat. Tekan Siap bila sudah di meja.",
    en: "You were paused because your phone was not picked up several times. Press Ready when you are back.",
  },
  notice_phone_unreachable: { id: "Telepon Anda tidak dapat dihubungi. Periksa alamat telepon.", en: "Your phone cannot be reached. Check its address." },
  notice_desk_elsewhere: {
    id: "Meja ini juga terbuka di tab lain. Bunyi dan pemberitahuan hanya di tab itu.",
    en: "This desk is open in another tab too. Sound and notifications are in that tab only.",
  },
  use_this_tab: { id: "Pakai tab ini", en: "Use this tab" },
  notice_closed: { id: "Tiket {ticket} selesai.", en: "Ticket {ticket} is closed." },
  notice_moved: { id: "{step}: langkah ini berjalan.", en: "{step}: this step is running." },
  notice_warning: { id: "Perhatian", en: "Attention" },
  problem_not_signed_in: { id: "Sesi berakhir. Masuk lagi; isian Anda tersimpan di komputer ini.", en: "Your session ended. Log in again; what you typed is kept on this computer." },
  problem_unreachable: { id: "Server tidak menjawab. Coba lagi sebentar.", en: "The server does not answer. Try again in a moment." },
  problem_other: { id: "Server menolak ({code}).", en: "The server refused ({code})." },
});
