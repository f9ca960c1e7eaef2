"""What an older version left open is closed, and nothing that is not ours is touched."""

import stat
from pathlib import Path

import pytest

from sambut.modes import close_files, close_folder


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """As an older version made it under the usual umask."""
    folder = tmp_path / "data"
    (folder / "recordings" / "2026" / "11").mkdir(parents=True)
    (folder / "spool" / "audio").mkdir(parents=True)
    for name in ("recordings/2026/11/a.flac", "spool/audio/b.caller.wav", "sambut.db", "sambut.db-wal", "others.txt"):
        (folder / name).write_text("x")
        (folder / name).chmod(0o644)
    for path in (folder, *(path for path in folder.rglob("*") if path.is_dir())):
        path.chmod(0o755)
    return folder


def test_files_and_folders_of_older_versions_are_closed(data: Path) -> None:
    close_folder(data)
    assert close_files(data) == 9  # 4 files, 5 folders
    for path in data.rglob("*"):
        assert _mode(path) == (0o644 if path.name == "others.txt" else 0o700 if path.is_dir() else 0o600), path
    assert _mode(data) == 0o700
    assert close_files(data) == 0


def test_a_run_that_was_cut_short_is_finished_by_the_next(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chmod, done = Path.chmod, []

    def dying(path: Path, mode: int) -> None:
        if len(done) == 2:
            raise KeyboardInterrupt
        done.append(path)
        chmod(path, mode)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "chmod", dying)
        with pytest.raises(KeyboardInterrupt):
            close_files(data)
    close_files(data)
    assert _mode(data / "recordings/2026/11/a.flac") == 0o600
    assert _mode(data / "recordings") == 0o700


def test_links_lead_nowhere(data: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir(mode=0o755)
    (elsewhere / "file").touch(0o644)
    (data / "recordings" / "link").symlink_to(elsewhere / "file")
    (data / "paper").symlink_to(elsewhere)
    (data / "spool" / "folder").symlink_to(elsewhere)
    close_files(data)
    assert (_mode(elsewhere), _mode(elsewhere / "file")) == (0o755, 0o644)


def test_a_folder_that_everybody_shares_stays_so(tmp_path: Path) -> None:
    tmp_path.chmod(0o1777)
    close_folder(tmp_path)
    assert _mode(tmp_path) == 0o1777
    tmp_path.chmod(0o750)
    close_folder(tmp_path)
    assert _mode(tmp_path) == 0o700


def test_what_belongs_to_another_account_is_told_of(
    data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refused(path: Path, mode: int) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "chmod", refused)
    close_folder(data)
    assert close_files(data) == 0
    assert "data_open_to_others" in capsys.readouterr().out
