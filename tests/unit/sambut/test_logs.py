"""What the log may not say."""

from typing import Literal

import pytest
import structlog

from sambut import logs


@pytest.mark.parametrize("form", ["console", "json"])
def test_a_traceback_does_not_print_the_numbers_in_local_variables(
    form: Literal["console", "json"], capsys: pytest.CaptureFixture[str]
) -> None:
    logs.configure(form)
    try:
        number = "+6281234567890"
        try:
            raise RuntimeError(f"a fault with {len(number)} digits")
        except RuntimeError:
            structlog.get_logger().exception("fault")
    finally:
        structlog.reset_defaults()
    printed = capsys.readouterr().err
    assert "RuntimeError" in printed and "81234567890" not in printed
