"""The words of e-mails: which tickets wait, and where they are. Nothing else of a ticket goes into a mailbox."""

from collections.abc import Mapping, Sequence

from config.base import Bilingual, Language
from hotline.ticket import EscalationState

OVERDUE = "overdue"
"""How the events of alarms begin (`sambut.alarms`)."""

WEBHOOK_DISABLED = "webhook_disabled"
"""What admins are told of a webhook; the rest is about tickets."""

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


def waiting(language: Language, about: Mapping[str, str], pages: str) -> tuple[str, str]:
    """Subject and text for tickets by number, each with what it is about; `pages` is where the pages are."""
    number = next(iter(about))
    subject = (_ONE if len(about) == 1 else _SEVERAL).in_language(language).format(number=number, count=len(about))
    return subject, _text(language, [_line(language, number, what, pages) for number, what in about.items()])


def webhook_disabled(language: Language, name: str, pages: str) -> tuple[str, str]:
    """Subject and text for the admins."""
    words = _DISABLED.in_language(language).format(name=name, pages=pages)
    return f"Sambut: webhook {name}", _text(language, [words])


def _line(language: Language, number: str, what: str, pages: str) -> str:
    words = _LATE if what.startswith(OVERDUE) else _ABOUT.get(what, _OTHER)
    return f"{number}: {words.in_language(language)}\n{pages}/tickets/{number}"


def _text(language: Language, parts: Sequence[str]) -> str:
    return "\n\n".join((*parts, f"--\n{_FOOT.in_language(language)}")) + "\n"
