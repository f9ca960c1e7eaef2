"""Tickets by the million, as a hotline's years would leave them: rows for a bulk insert, always the same ones."""

import random
from collections.abc import Iterator
from dataclasses import replace
from itertools import accumulate
from pathlib import Path
from typing import Any

import yaml

from hotline.ticket import Step, StepTime, Ticket
from storage.mapping import ticket_row

MATRIX = Path(__file__).parents[2] / "config" / "defaults" / "matrix.yaml"
FIRST = 1_577_836_800.0
"""The oldest ticket is of 1 January 2020."""
APART_S = 180.0
"""A ticket every three minutes: a million in not quite six years."""
_FIRST_NAMES = (
    "Budi Ratna Siti Agus Dewi Asep Euis Dadang Neneng Ujang Iis Cecep Rina Hendra Yanti Rudi Lilis Dedi Wawan Tuti "
    "Eko Sri Joko Ani Bambang Nur Rizki Fitri Andi Maya Yusuf Aisyah Fajar Putri Dian Iwan Nia Ade Entin Oman"
)
_SURNAMES = (
    "Wulandari Santoso Hidayat Permana Lestari Gunawan Kurniawan Suryana Rahayu Setiawan Nugraha Saputra Maulana "
    "Anggraeni Firmansyah Handayani Susanti Sutisna Mulyadi Ramdani Pratama Hermawan Sopian Kusnadi"
)
_SYLLABLES = "ba ca da ga ha ka la ma na pa ra sa ta wa ya bu du gu ku lu mu nu pu ru su tu bi di ki li mi ni ri si ti"
NAMES, SURNAMES, SYLLABLES = _FIRST_NAMES.split(), _SURNAMES.split(), _SYLLABLES.split()
REGIONS = ("kota-bandung-1", "kota-bandung-2", "kota-bandung-3", "cimahi", "bekasi", "bogor", "garut", "cirebon")
OPERATORS = tuple(f"operator{number}" for number in range(1, 101))
ORIGINS, SHARE_OF_ORIGINS = ("call", "desk", "open311"), (90, 98, 100)  # cumulative
PAPERS = ("KTP", "STNK", "BPKB", "bukti bayar")
STILL_OPEN = 1_000
"""So many of the newest are not closed yet."""
RARE_WORD, RARE_OF = "gerhana", 100_000
"""A word that one ticket in so many has."""
LEFT, RIGHT = "zaitun", "zebra"
"""Two words, each on nearly half of all tickets, and together only on one in `RARE_OF`."""
OLD_WORD = "pandemi"
"""A word of every ticket in the older third, and of none since."""
ALL_WORD = "samsat"


def rows(count: int) -> Iterator[dict[str, Any]]:
    """`count` rows of `storage.tables.TicketRow`, oldest first."""
    said = _sentences()
    cells = sorted(said)
    weights = list(accumulate(1 / rank for rank in range(1, len(cells) + 1)))
    dice = random.Random(3)
    for serial in range(1, count + 1):
        cell = dice.choices(cells, cum_weights=weights)[0]
        yield {**ticket_row(_ticket(dice, serial, count, cell, said[cell])), "queue": "utama"}


def number_of(serial: int) -> str:
    return f"HTL-2026-{serial:06d}"


def phone(serial: int) -> str:
    """Every fourth caller calls again and again."""
    return f"+62812{serial * 7919 % 25_000_000 + 10_000_000:08d}" if serial % 4 else f"+62813{serial % 40_000:08d}"


def plate(serial: int) -> str:
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    return f"D {serial * 31 % 9999 + 1} {letters[serial % 26]}{letters[serial // 26 % 26]}{letters[serial // 676 % 26]}"


def _ticket(dice: random.Random, serial: int, count: int, cell: str, said: list[str]) -> Ticket:
    at = FIRST + serial * APART_S
    open_ticket = Ticket(
        number_of(serial),
        at,
        caller_number=phone(serial),
        step=Step.ANSWER,
        version=9,
        kind="pengaduan" if cell.startswith("pengaduan") else "informasi",
        caller_name=f"{dice.choice(NAMES)} {dice.choice(SURNAMES)}",
        plate=plate(serial) if dice.random() < 0.7 else "",
        region=dice.choice(REGIONS),
        description=_words(dice, serial, count, said),
        category=cell,
        answer=f"Silakan datang ke {ALL_WORD} dengan membawa {dice.choice(PAPERS)} asli.",
        operator=dice.choice(OPERATORS),
        call_id=f"{serial:032x}",
        origin=dice.choices(ORIGINS, cum_weights=SHARE_OF_ORIGINS)[0],
        taken_at=at + 12,
        steps=tuple(
            StepTime(step, at + 12 + 30 * n, at + 42 + 30 * n, 60.0, "") for n, step in enumerate(list(Step)[:5])
        ),
    )
    if serial > count - STILL_OPEN:
        return open_ticket
    return replace(open_ticket, step=Step.CLOSED, closed_at=at + 300 + dice.random() * 86_400, closed_as="answered")


def _words(dice: random.Random, serial: int, count: int, said: list[str]) -> str:
    words = [dice.choice(said), dice.choice(said)]
    words += ["".join(dice.choices(SYLLABLES, k=4)) for _ in range(2)]  # streets, names, slips: words that are rare
    words.append(LEFT if serial % 2 else RIGHT)
    if serial % RARE_OF == RARE_OF // 2:
        words += [RARE_WORD, LEFT, RIGHT]
    if serial < count / 3:
        words.append(OLD_WORD)
    return " ".join(words)


def _sentences() -> dict[str, list[str]]:
    """What callers say, by the code of the category."""
    return {cell["code"]: cell["examples"] for cell in yaml.safe_load(MATRIX.read_text())["categories"]}
