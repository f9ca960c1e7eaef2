"""What a phone's last answer says of whoever was called."""

import pytest

from sip.statuses import SipStatus, Unanswered, how_ended, why_unanswered


@pytest.mark.parametrize(
    ("status", "why"),
    [
        (486, Unanswered.BUSY),
        (600, Unanswered.BUSY),
        (603, Unanswered.DECLINED),
        (480, Unanswered.NO_ANSWER),
        (487, Unanswered.CANCELLED),
        (408, Unanswered.SILENT),
        (404, Unanswered.NO_SUCH_NUMBER),
        (484, Unanswered.NO_SUCH_NUMBER),
        (604, Unanswered.NO_SUCH_NUMBER),
        (300, Unanswered.FORWARDED),
        (302, Unanswered.FORWARDED),
        (380, Unanswered.FORWARDED),
        (503, Unanswered.FAILED),
        (699, Unanswered.FAILED),
    ],
)
def test_each_final_answer_has_one_meaning(status: int, why: Unanswered) -> None:
    assert why_unanswered(status) is why


@pytest.mark.parametrize(
    ("status", "cause", "why"),
    [
        (480, 17, Unanswered.BUSY),
        (503, 1, Unanswered.NO_SUCH_NUMBER),
        (500, 28, Unanswered.NO_SUCH_NUMBER),
        (503, 19, Unanswered.NO_ANSWER),
        (480, 20, Unanswered.NO_ANSWER),
        (480, 21, Unanswered.DECLINED),
        (486, 16, Unanswered.BUSY),
        (503, 34, Unanswered.FAILED),
        (487, 17, Unanswered.CANCELLED),
        (302, 17, Unanswered.FORWARDED),
    ],
)
def test_the_telephone_networks_cause_says_more_than_the_status(status: int, cause: int, why: Unanswered) -> None:
    assert why_unanswered(status, cause) is why


@pytest.mark.parametrize(
    ("status", "cause", "how"),
    [(200, 0, "hang_up"), (200, 16, "hang_up"), (200, 31, "hang_up"), (200, 38, "q850_38"), (408, 38, "sip_408")],
)
def test_an_answered_call_ends_by_somebodys_wish_or_broken(status: int, cause: int, how: str) -> None:
    assert how_ended(status, cause) == how


def test_a_status_goes_into_a_message_as_its_number() -> None:
    assert f"SIP/2.0 {SipStatus.BUSY_HERE}" == "SIP/2.0 486"
