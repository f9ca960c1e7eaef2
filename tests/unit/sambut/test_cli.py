"""What the command line says to what it cannot use."""

from pathlib import Path

from click.testing import CliRunner

from sambut.cli import main
from sealing import keyfile


def test_check_tells_of_a_key_that_lies_with_what_it_protects_and_is_open_to_others(tmp_path: Path) -> None:
    environ = {"SAMBUT_DATA": str(tmp_path / "data"), "SAMBUT_CONFIG": str(tmp_path)}
    ran = CliRunner().invoke(main, ["check"], env=environ)
    assert ran.exit_code == 0
    assert f"{tmp_path}/data/master.key lies in the data folder" in ran.output
    apart = tmp_path / "apart.key"
    keyfile.create(apart)
    told = CliRunner().invoke(main, ["check"], env={**environ, "SAMBUT_KEY_FILE": str(apart)})
    assert told.output == "configuration is in order\n"
    apart.chmod(0o640)
    told = CliRunner().invoke(main, ["check"], env={**environ, "SAMBUT_KEY_FILE": str(apart)})
    assert "can be read by others than its owner: chmod 600" in told.output


def test_a_softphone_is_told_that_an_address_with_a_port_is_none() -> None:
    ran = CliRunner().invoke(main, ["softphone", "--sip-from", "127.0.0.1:5060"])
    assert ran.exit_code == 2
    assert "'127.0.0.1:5060' is not an IP address" in ran.output
