"""Calls that nobody acknowledges: how many may stand."""

from sip.unacknowledged import Unacknowledged


def test_one_address_has_its_share_and_others_have_theirs() -> None:
    calls = Unacknowledged(per_source=2, in_all=3)
    assert [calls.comes(leg, "192.0.2.1") for leg in (1, 2, 3)] == [True, True, False]
    assert [calls.comes(leg, "192.0.2.2") for leg in (4, 5)] == [True, False], "in all there are three"
    calls.settled(1)
    calls.settled(1)
    calls.settled(99)
    assert [calls.comes(leg, "192.0.2.1") for leg in (6, 7)] == [True, False]
    assert calls.refused == 3
    assert calls.told() == {"192.0.2.1": 2, "192.0.2.2": 1}
    assert calls.told() == {}


def test_nought_is_no_limit() -> None:
    calls = Unacknowledged(per_source=0, in_all=0)
    assert all(calls.comes(leg, "192.0.2.1") for leg in range(1000))
