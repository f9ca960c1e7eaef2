"""Erlang C against its known values."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.erlang import erlang_c


@pytest.mark.parametrize(
    ("load", "operators", "waits", "service_level", "asa_s"),
    [(10, 14, 0.1741, 0.8884, 7.84), (20, 24, 0.2981, 0.8089, 13.41)],
)
def test_the_check_values_of_the_field_come_out(
    load: float, operators: int, waits: float, service_level: float, asa_s: float
) -> None:
    figures = erlang_c(load, operators, 180, 20)
    assert figures.wait_probability == pytest.approx(waits, abs=5e-5)
    assert figures.service_level == pytest.approx(service_level, abs=5e-5)
    assert figures.asa_s == pytest.approx(asa_s, abs=5e-3)


def test_too_few_operators_never_catch_up() -> None:
    figures = erlang_c(10, 10, 180, 20)
    assert (figures.wait_probability, figures.service_level, figures.asa_s) == (1.0, 0.0, math.inf)


def test_without_calls_nobody_waits() -> None:
    assert erlang_c(0, 0, 180, 20).service_level == 1.0
    assert erlang_c(0, 3, 180, 20).service_level == 1.0


@pytest.mark.parametrize("wrong", [(-1, 1, 180, 20), (1, -1, 180, 20), (1, 1, 0, 20), (1, 1, 180, -1)])
def test_impossible_arguments_are_refused(wrong: tuple[float, int, float, float]) -> None:
    with pytest.raises(ValueError, match="must"):
        erlang_c(*wrong)


@given(st.floats(0.1, 200), st.integers(1, 50))
def test_one_operator_more_never_makes_it_worse(load: float, spare: int) -> None:
    operators = math.floor(load) + spare
    fewer, more = erlang_c(load, operators, 180, 20), erlang_c(load, operators + 1, 180, 20)
    assert more.service_level >= fewer.service_level - 1e-12
    assert more.asa_s <= fewer.asa_s
