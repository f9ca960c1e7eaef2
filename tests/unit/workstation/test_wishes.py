"""Whose calls the workstation's softphone takes."""

import pytest

from sambut.workstation.wishes import Wishes

SERVER = frozenset({"192.0.2.1"})


def wishes(server: str | None) -> Wishes:
    return Wishes(
        name="siti",
        port=None,
        bind="",
        audio="null",
        ring="none",
        auto_answer=True,
        cancel_echo=True,
        button="none",
        server=server,
        token_file=None,
        ca=None,
        pin="",
        certificate=None,
        key=None,
        transport=None,
        sip_from=(),
    )


@pytest.mark.parametrize(
    ("said", "source", "called", "taken"),
    [
        ("s3cret", "192.0.2.1", "s3cret", True),
        ("s3cret", "192.0.2.1", "other", False),
        ("s3cret", "192.0.2.2", "s3cret", False),
        ("s3cret", "192.0.2.1", "", False),
        ("", "192.0.2.1", "", False),
    ],
)
def test_only_calls_to_the_name_that_the_server_has_said(said: str, source: str, called: str, taken: bool) -> None:
    """Before the hello none is known, and a call to none may come from anybody who sends with the server's address."""
    habits = wishes("https://hotline.example").habits(SERVER, lambda: said)
    assert habits.accepts(source, called) == taken


def test_without_a_server_every_name_is_its_own() -> None:
    assert wishes(None).habits(None, lambda: "").accepts("192.0.2.9", "anybody")
