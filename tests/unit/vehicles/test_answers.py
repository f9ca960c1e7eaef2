"""A service's JSON by the installation's mapping; and what is kept of it."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.vehicles import VehicleService
from hotline.vehicle import Vehicle, VehicleSourceDown
from vehicles.answers import vehicle_of
from vehicles.cache import Cache

PLAIN = VehicleService(url="https://example.test/{plate}")
NESTED = VehicleService(
    url="https://example.test/{plate}",
    root="data.kendaraan",
    fields={"tax_due": "pajak.pokok", "fine": "pajak.denda", "due_date": "pajak.jatuh_tempo", "make": "merk"},
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["data", "kendaraan", "pajak", "tax_due", "due_date", "make"]), inner)
    ),
    max_leaves=12,
)


def test_members_stand_under_their_own_names_unless_the_mapping_says_otherwise() -> None:
    found = vehicle_of({"tax_due": 250000.0, "due_date": "2026-11-24", "make": "HONDA", "more": []}, PLAIN, "D 1", 5)
    assert found == Vehicle("D 1", 5, tax_due=250_000, due_date=date(2026, 11, 24), make="HONDA")


def test_a_mapping_leads_to_members_inside_members() -> None:
    tax = {"pokok": "Rp 250.000", "denda": 0, "jatuh_tempo": "24-11-2026"}
    found = vehicle_of({"data": {"kendaraan": {"merk": "HONDA", "pajak": tax}}}, NESTED, "D 1", 5)
    assert found == Vehicle("D 1", 5, tax_due=250_000, fine=0, due_date=date(2026, 11, 24), make="HONDA")


@pytest.mark.parametrize("document", [{"data": {"kendaraan": None}}, {"data": None}, {"data": {}}, {}])
def test_no_vehicle_under_the_root_means_that_there_is_none(document: object) -> None:
    assert vehicle_of(document, NESTED, "D 1", 5) is None


@pytest.mark.parametrize(
    "document",
    [
        None,
        [],
        "D 1",
        7,
        {},
        {"tax_due": None},
        {"tax_due": [1]},
        {"tax_due": "banyak"},
        {"tax_due": 1, "due_date": "?"},
    ],
)
def test_half_an_answer_is_no_answer(document: object) -> None:
    with pytest.raises(VehicleSourceDown, match="unreadable"):
        vehicle_of(document, PLAIN, "D 1", 5)


@given(JSON)
def test_any_answer_is_a_vehicle_none_or_a_source_that_is_down(document: object) -> None:
    for service in (PLAIN, NESTED):
        try:
            found = vehicle_of(document, service, "D 1", 5)
        except VehicleSourceDown:
            continue
        assert found is None or found.plate == "D 1"


def test_an_answer_is_known_for_as_long_as_asked_for_and_no_longer() -> None:
    cache = Cache()
    cache.keep("D 1", None, 100)
    assert cache.get("D 1", 10, 110) is not None
    assert cache.get("D 1", 10, 110.1) is None
    assert cache.get("D 1", 100, 110.1) is not None
    assert cache.get("D 2", 10, 100) is None


def test_the_plate_asked_for_longest_ago_makes_room() -> None:
    cache = Cache(most=2)
    cache.keep("D 1", None, 0)
    cache.keep("D 2", None, 0)
    cache.get("D 1", 10, 1)
    cache.keep("D 3", None, 1)
    assert [cache.get(plate, 10, 1) is not None for plate in ("D 1", "D 2", "D 3")] == [True, False, True]
