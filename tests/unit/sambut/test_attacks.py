"""When the admins are told that somebody tries passwords, or floods the SIP ports."""

from collections.abc import Mapping
from typing import Any

import pytest

from desk.hub import Hub
from sambut.attacks import QUIET_S, WINDOW_S, Attacks, Threshold
from storage import Role


class Door:
    """A SIP agent that has refused so much."""

    def __init__(self) -> None:
        self.refused: dict[str, int] = {"passed": 1_000_000, "strangers": 0, "too_many": 0}

    def refusals(self) -> Mapping[str, int]:
        return self.refused


class Seat:
    """A clock, a door, and everything that is told."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1000.0
        self.door = Door()
        self.notices: list[tuple[dict[str, Any], list[Role]]] = []
        self.letters: list[tuple[str, int]] = []
        hub = Hub(lambda: self.now)
        monkeypatch.setattr(hub, "publish", lambda _kind, what, roles: self.notices.append((what, roles)))
        self.attacks = Attacks(sign_ins=5, sip=1000, agent=self.door, hub=hub, clock=lambda: self.now)
        self.attacks.tell_also(lambda about, count: self.letters.append((about, count)))

    def guess(self, times: int, every_s: float) -> None:
        for _ in range(times):
            self.now += every_s
            self.attacks.sign_in_refused()


@pytest.fixture
def seat(monkeypatch: pytest.MonkeyPatch) -> Seat:
    return Seat(monkeypatch)


def test_so_many_within_ten_minutes_are_told_once_everywhere(seat: Seat) -> None:
    seat.guess(4, 10)
    assert not seat.letters and not seat.notices
    seat.guess(20, 10)
    assert seat.letters == [("sign_ins_refused", 5)]
    assert seat.notices == [({"code": "sign_ins_refused", "level": "warning", "count": 5}, [Role.ADMIN])]
    assert "many sign-ins were refused: 5 within 10 minutes" in seat.attacks.warnings()[0]


def test_those_that_go_on_are_told_again_after_an_hour_and_the_page_forgets(seat: Seat) -> None:
    seat.guess(5, 1)
    seat.now += QUIET_S + 1
    assert not seat.attacks.warnings()
    seat.guess(5, 1)
    assert len(seat.letters) == 2


def test_people_who_mistype_now_and_then_are_no_attack(seat: Seat) -> None:
    seat.guess(100, WINDOW_S / 4)
    assert not seat.letters


def test_what_the_door_refuses_is_told_and_what_it_passes_is_not(seat: Seat) -> None:
    seat.attacks.look()
    assert not seat.letters
    seat.door.refused["strangers"] = 600
    seat.attacks.look()
    seat.now += 10
    seat.door.refused["too_many"] = 400
    seat.attacks.look()
    assert seat.letters == [("sip_refused", 1000)]
    seat.now += QUIET_S + 1
    seat.attacks.look()
    assert len(seat.letters) == 1, "counted since the last look"


def test_none_is_never() -> None:
    assert not any(Threshold(0).reached(100, float(moment)) for moment in range(100))


def test_a_flood_is_kept_by_the_second() -> None:
    threshold = Threshold(10**9)
    for count in range(10_000):
        threshold.reached(1, count / 1000)
    assert len(threshold._counted) <= 11
