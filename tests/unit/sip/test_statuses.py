"""What a phone's last answer says of whoever was called."""

import pytest

from sip.statuses import SipStatus, Unanswered, why_unanswered


@pytest.mark.parametrize(
    ("status", "why"),
    [
        (486, Unanswered.BUSY),
        (600, Unanswered.BUSY),
        (603, Unanswered.DECLINED),
        (480, Unanswered.NO_ANSWER),
        (487, Unanswered.CANCELLED),
        (408, Unanswered.SILENT),
        (404, Unanswered.FAILED),
        (503, Unanswered.FAILED),
        (699, Unanswered.FAILED),
    ],
)
def test_each_final_answer_has_one_meaning(status: int, why: Unanswered) -> None:
    assert why_unanswered(status) is why


def test_a_status_goes_into_a_message_as_its_number() -> None:
    assert f"SIP/2.0 {SipStatus.BUSY_HERE}" == "SIP/2.0 486"
