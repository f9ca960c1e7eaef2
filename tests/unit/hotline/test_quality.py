"""The E-model against figures that its recommendations print."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.quality import (
    WITH_CONCEALMENT,
    WITHOUT_CONCEALMENT,
    delay_impairment,
    estimated_mos,
    is_bad,
    loss_impairment,
    mos_of,
    rating,
)

codecs = st.sampled_from(["PCMA", "PCMU", "G722", "opus", "GSM", "G729"])
delays = st.floats(0, 1000)
losses = st.floats(0, 100)


@pytest.mark.parametrize(("r", "mos"), [(93.2, 4.41), (90, 4.34), (80, 4.03), (70, 3.60), (60, 3.10), (50, 2.58)])
def test_ratings_read_as_annex_b_of_g107_prints_them(r: float, mos: float) -> None:
    assert mos_of(r) == pytest.approx(mos, abs=0.01)


@pytest.mark.parametrize(("r", "mos"), [(-5, 1.0), (0, 1.0), (3, 1.0), (100, 4.5), (120, 4.5)])
def test_the_scale_ends_at_1_and_4_5(r: float, mos: float) -> None:
    assert mos_of(r) == mos


@pytest.mark.parametrize(("delay_ms", "impairment"), [(0, 0), (100, 2.4), (177.3, 4.26), (300, 20.7), (400, 34.1)])
def test_delay_costs_little_until_177_ms_and_much_after(delay_ms: float, impairment: float) -> None:
    assert delay_impairment(delay_ms) == pytest.approx(impairment, abs=0.05)


def test_loss_of_g711_costs_what_g113_says() -> None:
    # 95 * 5 / (5 + 25.1), and five percent without concealment make a line that nobody wants to use
    assert loss_impairment(5, WITH_CONCEALMENT) == pytest.approx(15.8, abs=0.1)
    assert loss_impairment(5, WITHOUT_CONCEALMENT) == pytest.approx(51.1, abs=0.1)


def test_bursts_are_worse_than_scattered_losses() -> None:
    assert loss_impairment(5, WITH_CONCEALMENT, burst_ratio=2) > loss_impairment(5, WITH_CONCEALMENT)


def test_a_clean_call_over_a_lan_is_very_good() -> None:
    assert estimated_mos(60, 0, "PCMA") == pytest.approx(4.38, abs=0.02)


def test_a_codec_that_costs_by_itself_never_gets_there() -> None:
    assert rating(0, 0, "gsm") == pytest.approx(73.2)


def test_ten_percent_lost_is_bad_and_one_percent_is_not() -> None:
    assert not is_bad(estimated_mos(80, 1, "PCMA"))
    assert not is_bad(estimated_mos(80, 5, "PCMA"))
    assert is_bad(estimated_mos(80, 15, "PCMA"))


@given(delays, losses, codecs)
def test_mos_is_always_on_its_scale(delay_ms: float, loss: float, codec: str) -> None:
    assert 1.0 <= estimated_mos(delay_ms, loss, codec) <= 4.5


@given(delays, losses, losses, codecs)
def test_more_loss_never_sounds_better(delay_ms: float, one: float, other: float, codec: str) -> None:
    less, more = sorted((one, other))
    assert estimated_mos(delay_ms, more, codec) <= estimated_mos(delay_ms, less, codec) + 1e-9


@given(delays, delays, losses, codecs)
def test_more_delay_never_sounds_better(one: float, other: float, loss: float, codec: str) -> None:
    less, more = sorted((one, other))
    assert estimated_mos(more, loss, codec) <= estimated_mos(less, loss, codec) + 1e-9
