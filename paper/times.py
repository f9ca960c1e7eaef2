"""Moments and spans as people write them on paper."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from config.base import Language
from paper.words import month_name

ZONE_NAMES = {"Asia/Jakarta": "WIB", "Asia/Makassar": "WITA", "Asia/Jayapura": "WIT"}
"""What Indonesians call their three time zones."""


def local(at: float, zone: ZoneInfo) -> datetime:
    """Unix seconds as wall time without a zone, for spreadsheets, which know none."""
    return datetime.fromtimestamp(at, zone).replace(tzinfo=None)


def day_words(day: date, language: Language) -> str:
    """`24 November 2026`"""
    return f"{day.day} {month_name(day.month, language)} {day.year}"


def moment(at: float, zone: ZoneInfo, language: Language) -> str:
    """`24 November 2026, 08.15.30 WIB`; English writes the time with colons."""
    then = datetime.fromtimestamp(at, zone)
    clock = then.strftime("%H:%M:%S" if language == "en" else "%H.%M.%S")
    return f"{day_words(then.date(), language)}, {clock} {zone_name(then, zone)}"


def zone_name(then: datetime, zone: ZoneInfo) -> str:
    """`WIB`, or the abbreviation of another zone."""
    return ZONE_NAMES.get(zone.key, then.strftime("%Z"))


def short(at: float, zone: ZoneInfo, language: Language) -> str:
    """`24/11/2026 08.15.30`"""
    return datetime.fromtimestamp(at, zone).strftime("%d/%m/%Y " + ("%H:%M:%S" if language == "en" else "%H.%M.%S"))


def day_and_time(at: float, zone: ZoneInfo, language: Language) -> str:
    """`24/11 08.15.30`, where the year is plain."""
    return datetime.fromtimestamp(at, zone).strftime("%d/%m " + ("%H:%M:%S" if language == "en" else "%H.%M.%S"))


def lasted(seconds: float, language: Language) -> str:
    """`45 dtk`, `1 mnt 05 dtk`, `5 mnt`, `2 jam 03 mnt`; the nearest whole second."""
    hour, minute, second = ("h", "min", "s") if language == "en" else ("jam", "mnt", "dtk")
    whole = int(seconds + 0.5)
    if whole < 60:
        return f"{whole} {second}"
    if whole < 3600:
        return f"{whole // 60} {minute}" + (f" {whole % 60:02d} {second}" if whole % 60 else "")
    return f"{whole // 3600} {hour} {whole % 3600 // 60:02d} {minute}"
