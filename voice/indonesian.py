"""Values of prompts in Bahasa Indonesia, as an office speaks: the 24-hour clock."""

from datetime import date, datetime
from typing import ClassVar

from voice.tongue import Clock, Tongue

_SMALL = ("nol", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan", "sepuluh", "sebelas")

# (value, its word, and the word for exactly one of it)
_SCALES = (
    (10**12, "triliun", "satu triliun"),
    (10**9, "miliar", "satu miliar"),
    (10**6, "juta", "satu juta"),
    (1000, "ribu", "seribu"),
    (100, "ratus", "seratus"),
    (10, "puluh", "sepuluh"),
)


class Indonesian(Tongue):
    days = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
    months = (
        *("Januari", "Februari", "Maret", "April", "Mei", "Juni"),
        *("Juli", "Agustus", "September", "Oktober", "November", "Desember"),
    )
    digit_names = _SMALL[:10]
    signs: ClassVar = {"+": "plus", "*": "bintang", "#": "pagar"}
    minus = "minus"
    to = "sampai"
    and_ = "dan"
    closed = "tutup"
    whole_day = "dua puluh empat jam"
    currency = "rupiah"

    def cardinal(self, number: int) -> str:
        if number < len(_SMALL):
            return _SMALL[number]
        if number < 20:
            return f"{_SMALL[number - 10]} belas"
        scale, word, one = next(row for row in _SCALES if number >= row[0])
        count, rest = divmod(number, scale)
        head = one if count == 1 else f"{self.cardinal(count)} {word}"
        return f"{head} {self.cardinal(rest)}" if rest else head

    def clock(self, at: Clock) -> str:
        past = f" lewat {self.cardinal(at.minute)}" if at.minute else ""
        return f"pukul {self.cardinal(at.hour)}{past}"

    def minutes(self, minutes: int) -> str:
        return f"{self.number(minutes)} menit" if minutes else "kurang dari satu menit"

    def full_date(self, day: date) -> str:
        return f"{self._day_and_month(day)} {self.cardinal(day.year)}"

    def moment(self, at: datetime) -> str:
        time = self.clock(Clock(at.hour, at.minute))
        return f"{self.days[at.weekday()]}, {self._day_and_month(at)}, {time}"

    def _day_and_month(self, day: date) -> str:
        return f"{self.cardinal(day.day)} {self.months[day.month - 1]}"
