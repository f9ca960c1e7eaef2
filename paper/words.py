"""The words on paper, in the terms of the SOP."""

from collections.abc import Mapping

from config.base import Bilingual, Language
from hotline.ticket import Step


def _pair(indonesian: str, english: str) -> Bilingual:
    return Bilingual(id=indonesian, en=english)


WORDS: Mapping[str, Bilingual] = {
    "telephone": _pair("Telepon", "Telephone"),
    "basis": _pair("Dasar", "Basis"),
    "number": _pair("Nomor tiket", "Ticket number"),
    "scan": _pair("Pindai untuk membuka tiket", "Scan to open the ticket"),
    "identity": _pair("Identitas", "Identity"),
    "caller_name": _pair("Nama penelepon", "Caller's name"),
    "caller_number": _pair("Nomor telepon", "Telephone number"),
    "plate": _pair("Nomor polisi", "Registration number"),
    "region": _pair("Wilayah Samsat", "Samsat region"),
    "received": _pair("Diterima", "Received"),
    "closed": _pair("Selesai", "Closed"),
    "status": _pair("Status", "Status"),
    "operator": _pair("Operator", "Operator"),
    "kind": _pair("Jenis", "Kind"),
    "category": _pair("Kategori", "Category"),
    "unit": _pair("Unit terkait", "Unit concerned"),
    "description": _pair("Uraian", "Description"),
    "description_informasi": _pair("Uraian permintaan informasi", "Request for information"),
    "description_pengaduan": _pair("Uraian pengaduan", "Complaint"),
    "answer": _pair("Jawaban", "Answer"),
    "validation": _pair(
        "Serah terima validasi (koordinator dan PIC)", "Hand-overs of the validation (coordinator and PIC)"
    ),
    "question": _pair("Pertanyaan yang divalidasi", "Question put to validation"),
    "validated": _pair("Hasil validasi", "Result of the validation"),
    "more_handovers": _pair(
        "… {count} serah terima lain ada pada tiket", "… {count} more hand-overs are on the ticket"
    ),
    "steps": _pair("Langkah layanan dan mutu baku", "Steps of the service and their standard times"),
    "step": _pair("Langkah", "Step"),
    "began": _pair("Mulai", "Began"),
    "ended": _pair("Berakhir", "Ended"),
    "own": _pair("Waktu operator", "Own time"),
    "waiting": _pair("Menunggu", "Waiting"),
    "standard": _pair("Mutu baku", "Standard"),
    "verdict": _pair("Keterangan", "Remark"),
    "within": _pair("Sesuai", "Within"),
    "over": _pair("Lewat {by}", "Over by {by}"),
    "running": _pair("Berjalan", "Running"),
    "not_reached": _pair("Belum", "Not yet"),
    "cut": _pair("[Dipotong; teks lengkap: {address}]", "[Cut; the whole text: {address}]"),
    "printed": _pair("Dicetak {at}", "Printed {at}"),
    "page": _pair("Halaman {page} dari", "Page {page} of"),
    "as_of": _pair("Keadaan per {at}", "As of {at}"),
    "open": _pair("Belum selesai", "Open"),
    "answered": _pair("Selesai", "Closed"),
    "unreachable": _pair("Selesai, tidak dapat dihubungi", "Closed, not reached"),
    "continued": _pair("Selesai, diteruskan pada tiket lain", "Closed, goes on in another ticket"),
    "to_call_back": _pair("Menunggu dihubungi kembali", "To be called back"),
    "withheld": _pair("Dirahasiakan", "Withheld"),
    "informasi": _pair("Permintaan informasi", "Request for information"),
    "pengaduan": _pair("Pengaduan", "Complaint"),
    "unclassified": _pair("Belum ditentukan", "Not decided yet"),
    "no": _pair("No.", "No."),
    "register": _pair("Register", "Register"),
    "total": _pair("Jumlah", "Total"),
    "empty_register": _pair("Tidak ada tiket pada kurun ini.", "There are no tickets in this span."),
    "created_at": _pair("Diterima", "Received"),
    "closed_at": _pair("Selesai", "Closed"),
    "closed_as": _pair("Hasil", "Result"),
    "callback": _pair("Hubungi kembali", "Call back"),
}

STEPS: Mapping[Step, Bilingual] = {
    Step.GREETING: _pair("Salam pembuka", "Greeting"),
    Step.IDENTITY: _pair("Identitas penelepon", "Caller's identity"),
    Step.RECORD: _pair("Mencatat permintaan/aduan", "Record request/complaint"),
    Step.CLASSIFY: _pair("Menentukan kategori", "Set the category"),
    Step.ANSWER: _pair("Menyiapkan jawaban", "Prepare the answer"),
    Step.CLOSED: _pair("Selesai", "Closed"),
}

CALLBACK_REASONS: Mapping[str, Bilingual] = {
    "missed": _pair("Panggilan tak terjawab", "Missed call"),
    "requested": _pair("Diminta penelepon", "Asked for by the caller"),
    "message": _pair("Meninggalkan pesan", "Left a message"),
    "closed": _pair("Di luar jam kerja", "Outside working hours"),
    "interrupted": _pair("Panggilan terputus", "Call was cut off"),
    "validation": _pair("Menunggu validasi", "Waiting for validation"),
    "filed": _pair("Diajukan lewat portal", "Filed by a portal"),
}

_MONTHS = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni",
    "Juli", "Agustus", "September", "Oktober", "November", "Desember",
)  # fmt: skip
_ENGLISH_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def word(name: str, language: Language, **values: object) -> str:
    """The words called `name`, their places filled in."""
    return WORDS[name].in_language(language).format(**values)


def word_or_code(name: str, language: Language) -> str:
    """The words for a code that stands on a ticket; one that has none is printed as it is, and the month with it."""
    return WORDS[name].in_language(language) if name in WORDS else name


def month_name(month: int, language: Language) -> str:
    """1 is January."""
    return (_ENGLISH_MONTHS if language == "en" else _MONTHS)[month - 1]


HANDOVERS: Mapping[str, Bilingual] = {
    "escalate": _pair("Meminta validasi", "Asked for validation"),
    "accept": _pair("Koordinator menerima", "Coordinator took it"),
    "release": _pair("Dikembalikan ke koordinator lain", "Given back to the coordinators"),
    "ask_pic": _pair("Diteruskan ke PIC", "Passed to the PIC"),
    "pic_answer": _pair("Jawaban PIC", "PIC's answer"),
    "ask_again": _pair("Ditanyakan kembali", "Asked again"),
    "answer_operator": _pair("Jawaban ke operator", "Answer to the operator"),
    "told": _pair("Disampaikan ke penelepon", "Told to the caller"),
    "withdraw": _pair("Ditarik kembali", "Withdrawn"),
    "reassign": _pair("Dialihkan", "Reassigned"),
}
"""Hand-overs of SOP step 5b by their action; one that is not here is printed under its own name."""
