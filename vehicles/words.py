"""What people are told about a file, a row or a cell that cannot be taken, in both languages."""

from collections.abc import Mapping

from config.base import Bilingual
from hotline.plate import MESSAGES as PLATE_REASONS

REASONS: Mapping[str, Bilingual] = {
    **PLATE_REASONS,
    "plate_twice": Bilingual(
        id="Nomor polisi ini sudah ada di baris {first}.", en="This plate number is on row {first} already."
    ),
    "not_money": Bilingual(
        id="Bukan jumlah rupiah, misalnya 1250000 atau Rp 1.250.000.",
        en="Not an amount of rupiah, such as 1250000 or Rp 1.250.000.",
    ),
    "not_whole": Bilingual(id="Rupiah harus bulat, tanpa sen.", en="Rupiah must be whole, without sen."),
    "too_large": Bilingual(
        id="Jumlah ini lebih dari satu triliun rupiah.", en="This amount is over a trillion rupiah."
    ),
    "not_a_date": Bilingual(
        id="Bukan tanggal, misalnya 24-11-2026 atau 2026-11-24.", en="Not a date, such as 24-11-2026 or 2026-11-24."
    ),
    "no_such_day": Bilingual(
        id="Tanggal ini tidak ada (hari ditulis sebelum bulan).", en="There is no such day (the day comes first)."
    ),
    "not_a_year": Bilingual(id="Bukan tahun dengan empat angka.", en="Not a year of four digits."),
    "control_character": Bilingual(id="Ada karakter yang tidak dapat dicetak.", en="It holds unprintable characters."),
    "too_long": Bilingual(id="Lebih dari 80 karakter.", en="Longer than 80 characters."),
    "row_short": Bilingual(
        id="Baris ini hanya {cells} kolom; judul ada {columns}.",
        en="The row has only {cells} cells; the heading {columns}.",
    ),
    "row_long": Bilingual(
        id="Baris ini {cells} kolom; judul hanya {columns}.",
        en="The row has {cells} cells; the heading only {columns}.",
    ),
    "quotes": Bilingual(id="Tanda kutip tidak berpasangan.", en="A quotation mark is not closed."),
    "encoding": Bilingual(
        id="Baris ini bukan teks UTF-8. Simpan berkas sebagai CSV UTF-8.",
        en="This row is not UTF-8 text. Save the file as CSV UTF-8.",
    ),
}
"""Reasons for refusing a row, by code. `{…}` is filled in from the refusal."""

FILE_REASONS: Mapping[str, Bilingual] = {
    "empty": Bilingual(id="Berkas ini kosong.", en="The file is empty."),
    "no_rows": Bilingual(id="Berkas ini hanya berisi judul kolom.", en="The file holds nothing but a heading."),
    "not_text": Bilingual(id="Berkas ini bukan CSV atau XLSX.", en="The file is neither CSV nor XLSX."),
    "old_excel": Bilingual(
        id="Ini berkas Excel lama (.xls). Simpan sebagai .xlsx atau CSV UTF-8.",
        en="This is an old Excel file (.xls). Save it as .xlsx or CSV UTF-8.",
    ),
    "utf16": Bilingual(
        id="Teks berkas ini UTF-16 tanpa tanda. Simpan sebagai CSV UTF-8.",
        en="The file's text is UTF-16 without a mark. Save it as CSV UTF-8.",
    ),
    "workbook_too_large": Bilingual(
        id="Isi berkas XLSX ini lebih dari {most} MB bila dibuka. Simpan sebagai CSV UTF-8.",
        en="The XLSX file unpacks to more than {most} MB. Save it as CSV UTF-8.",
    ),
    "broken_workbook": Bilingual(id="Berkas XLSX ini rusak.", en="The XLSX file is broken."),
    "columns_missing": Bilingual(
        id="Kolom tidak ditemukan: {columns}. Judul kolom yang ada: {found}.",
        en="Columns not found: {columns}. The heading has: {found}.",
    ),
    "column_twice": Bilingual(id="Dua kolom berarti sama: {columns}.", en="Two columns mean the same: {columns}."),
    "too_many_refused": Bilingual(
        id="{refused} dari {rows} baris ditolak, lebih dari {limit} %. Tabel lama tetap dipakai.",
        en="{refused} of {rows} rows were refused, more than {limit} %. The old table stays in use.",
    ),
    "reader_died": Bilingual(id="Pembacaan berkas berhenti di tengah jalan.", en="Reading the file stopped half-way."),
}
"""Reasons for refusing a whole file, by code."""


def filled(words: Bilingual, values: Mapping[str, object]) -> Bilingual:
    """The words with their places filled in."""
    return Bilingual(id=words.id.format_map(values), en=words.en.format_map(values))
