"""The words of e-mails: which tickets wait, and where they are. Nothing else of a ticket goes into a mailbox."""

from collections.abc import Mapping, Sequence

from config.base import Bilingual, Language
from hotline.ticket import EscalationState

OVERDUE = "overdue"
"""How the events of alarms begin (`sambut.alarms`)."""

WEBHOOK_DISABLED = "webhook_disabled"
SIGN_INS_REFUSED = "sign_ins_refused"
SIP_REFUSED = "sip_refused"
WITHOUT_TICKET = frozenset({WEBHOOK_DISABLED, SIGN_INS_REFUSED, SIP_REFUSED})
"""What admins are told of, a letter each; the rest is about tickets."""

_ABOUT: Mapping[str, Bilingual] = {
    EscalationState.ASKED: Bilingual(id="pertanyaan untuk koordinator", en="a question for the coordinators"),
    EscalationState.COORDINATOR: Bilingual(id="pertanyaan diserahkan kepada Anda", en="a question was given to you"),
    EscalationState.PIC: Bilingual(id="pertanyaan untuk PIC", en="a question for the PIC"),
    EscalationState.PIC_ANSWERED: Bilingual(id="PIC sudah menjawab", en="the PIC has answered"),
    EscalationState.ANSWERED: Bilingual(
        id="jawaban siap disampaikan kepada penelepon", en="an answer is ready for the caller"
    ),
}
_LATE = Bilingual(id="sudah melewati waktu standar", en="is past its standard time")
_OTHER = Bilingual(id="menunggu Anda", en="waits for you")
_ONE = Bilingual(id="Sambut: tiket {number} menunggu Anda", en="Sambut: ticket {number} waits for you")
_SEVERAL = Bilingual(id="Sambut: {count} tiket menunggu Anda", en="Sambut: {count} tickets wait for you")
_FOOT = Bilingual(
    id=(
        "Surat ini dikirim karena tidak ada halaman Sambut Anda yang terbuka. Jangan dibalas. "
        "Dapat dimatikan di halaman Akun saya."
    ),
    en=(
        "You get this because you have no page of Sambut open. Please do not reply. "
        "You can switch it off on the page My account."
    ),
)
_DISABLED = Bilingual(
    id="Webhook “{name}” dimatikan karena terlalu lama gagal. Periksa dan nyalakan lagi: {pages}/webhooks",
    en="The webhook “{name}” has failed for too long and was switched off. Check it and switch it on: {pages}/webhooks",
)

_ATTACKED: Mapping[str, tuple[Bilingual, Bilingual]] = {
    SIGN_INS_REFUSED: (
        Bilingual(id="Sambut: banyak upaya masuk ditolak", en="Sambut: many sign-ins were refused"),
        Bilingual(
            id=(
                "{count} upaya masuk ditolak dalam sepuluh menit. Mungkin ada yang menebak kata sandi: "
                "lihat asalnya di log (sign_in_refused), dan siapa yang sedang masuk di {pages}/accounts"
            ),
            en=(
                "{count} sign-ins were refused within ten minutes. Somebody may be guessing passwords: "
                "the log says from where (sign_in_refused), and {pages}/accounts who is signed in"
            ),
        ),
    ),
    SIP_REFUSED: (
        Bilingual(id="Sambut: banyak paket SIP ditolak", en="Sambut: many SIP packets were refused"),
        Bilingual(
            id=(
                "{count} paket dan sambungan SIP ditolak dalam sepuluh menit. Panggilan tetap berjalan; asalnya ada di "
                "log (sip_refused, sip_limited). Status: {pages}/status"
            ),
            en=(
                "{count} SIP packets and connections were refused within ten minutes. Calls go on; the log says from "
                "where (sip_refused, sip_limited). Status: {pages}/status"
            ),
        ),
    ),
}


def waiting(language: Language, about: Mapping[str, str], pages: str) -> tuple[str, str]:
    """Subject and text for tickets by number, each with what it is about; `pages` is where the pages are."""
    number = next(iter(about))
    subject = (_ONE if len(about) == 1 else _SEVERAL).in_language(language).format(number=number, count=len(about))
    return subject, _text(language, [_line(language, number, what, pages) for number, what in about.items()])


def webhook_disabled(language: Language, name: str, pages: str) -> tuple[str, str]:
    """Subject and text for the admins."""
    words = _DISABLED.in_language(language).format(name=name, pages=pages)
    return f"Sambut: webhook {name}", _text(language, [words])


def attacked(language: Language, about: str, count: str, pages: str) -> tuple[str, str]:
    """Subject and text for the admins, about one of `sambut.attacks`."""
    subject, words = (each.in_language(language) for each in _ATTACKED[about])
    return subject, _text(language, [words.format(count=count, pages=pages)])


def _line(language: Language, number: str, what: str, pages: str) -> str:
    words = _LATE if what.startswith(OVERDUE) else _ABOUT.get(what, _OTHER)
    return f"{number}: {words.in_language(language)}\n{pages}/tickets/{number}"


def _text(language: Language, parts: Sequence[str]) -> str:
    return "\n\n".join((*parts, f"--\n{_FOOT.in_language(language)}")) + "\n"
