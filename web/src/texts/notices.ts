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
  notice_phone_forwarded: {
    id: "Telepon Anda dialihkan ke tempat lain; penelepon diteruskan ke operator lain. Matikan pengalihan di telepon, lalu tekan Siap.",
    en: "Your phone forwards its calls elsewhere; the caller went on to another operator. Turn forwarding off at the phone, then press Ready.",
  },
  notice_paused_by_queue: {
    id: "Anda dijeda: {reason}. Periksa telepon, lalu tekan Siap.",
    en: "You were paused: {reason}. Check your phone, then press Ready.",
  },
  notice_transfer_failed: { id: "Pengalihan ke {to} gagal: {reason}. Penelepon kembali kepada Anda.", en: "The transfer to {to} failed: {reason}. The caller is back with you." },
  notice_consult_failed: { id: "{to} tidak dapat dihubungi: {reason}. Penelepon tetap menunggu Anda.", en: "{to} could not be reached: {reason}. The caller still waits for you." },
  notice_phone_lost: { id: "Telepon Anda tidak tersambung lagi. Periksa headset.", en: "Your phone is no longer connected. Check the headset." },
  notice_line_bad: { id: "Suara sedang buruk. Bila perlu, minta penelepon mengulang.", en: "The line is bad right now. Ask the caller to repeat if need be." },
  notice_engine_lost: {
    id: "Sistem telepon terputus: panggilan yang berjalan berakhir dan masuk daftar hubungi kembali. Sistem sedang dimulai lagi.",
    en: "The telephone system broke down: running calls have ended and are on the call-back list. It is starting again.",
  },
  notice_engine_back: { id: "Sistem telepon berjalan lagi.", en: "The telephone system is running again." },
  notice_engine_failing: {
    id: "Sistem telepon berhenti berulang kali. Hubungi admin.",
    en: "The telephone system stops again and again. Call the administrator.",
  },
  notice_callback_failed: { id: "Penelepon tidak terhubung: {reason}.", en: "The caller could not be reached: {reason}." },
  notice_consult_over: { id: "Konsultasi selesai; penelepon tetap pada rekan Anda.", en: "The consultation is over; the caller stays with your colleague." },
  notice_pause_over: { id: "Waktu jeda habis. Tekan Siap bila sudah di meja.", en: "Your pause is over. Press Ready when you are at your desk." },
  notice_other: { id: "Pemberitahuan server: {code}.", en: "Notice from the server: {code}." },
  notice_closed: { id: "Tiket {ticket} selesai.", en: "Ticket {ticket} is closed." },
  notice_moved: { id: "{step}: langkah ini berjalan.", en: "{step}: this step is running." },
  problem_phone_away: { id: "Telepon Anda belum tersambung. Nyalakan headset dulu.", en: "Your phone is not connected. Turn the headset on first." },
  problem_no_phone: { id: "Isi dulu alamat SIP telepon Anda.", en: "Set the SIP address of your phone first." },
  problem_lift_the_handset: { id: "Telepon ini diangkat dari gagangnya.", en: "This phone is answered by lifting its handset." },
  problem_not_connected: { id: "Panggilan belum tersambung.", en: "The call is not connected yet." },
  problem_not_allowed_now: { id: "Itu belum dapat dilakukan sekarang.", en: "That cannot be done right now." },
  problem_no_such_target: { id: "Tujuan itu tidak ada.", en: "There is no such target." },
  problem_target_busy: { id: "Tujuan sedang sibuk.", en: "The target is busy." },
  problem_target_away: { id: "Tujuan tidak di tempat.", en: "The target is away." },
  problem_call_over: { id: "Panggilan sudah berakhir.", en: "The call is over." },
  problem_not_your_call: { id: "Panggilan ini ada pada operator lain.", en: "Another operator has this call." },
  problem_operator_busy: { id: "Anda masih dalam panggilan.", en: "You are still in a call." },
  problem_already_calling: { id: "Tiket ini sedang ditelepon.", en: "This ticket is being called already." },
  problem_not_signed_in: { id: "Sesi berakhir. Masuk lagi; isian Anda tersimpan di komputer ini.", en: "Your session ended. Log in again; what you typed is kept on this computer." },
  problem_unreachable: { id: "Server tidak menjawab. Coba lagi sebentar.", en: "The server does not answer. Try again in a moment." },
  problem_other: { id: "Server menolak ({code}).", en: "The server refused ({code})." },
});
