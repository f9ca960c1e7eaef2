"""What the command line says to what it cannot use."""

from click.testing import CliRunner

from sambut.cli import main


def test_a_softphone_is_told_that_an_address_with_a_port_is_none() -> None:
    ran = CliRunner().invoke(main, ["softphone", "--sip-from", "127.0.0.1:5060"])
    assert ran.exit_code == 2
    assert "'127.0.0.1:5060' is not an IP address" in ran.output
