"""A backup's encryption: what is changed, cut, put in another order or given another name is refused."""

import io
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sambut.backup.cipher import PIECE, TAG, Key, Sealing, make_key, read_key, unsealed
from sambut.backup.errors import BackupError, Broken, WrongKey

KEY = Key(bytes(range(32)))
HEAD = 16 + 8 + 32


def sealed(plain: bytes, *, name: str = "objects/aa", key: Key = KEY) -> bytes:
    raw = io.BytesIO()
    sealing = Sealing(raw, key, name)
    sealing.write(plain)
    sealing.close()
    return raw.getvalue()


def opened(raw: bytes, *, name: str = "objects/aa", key: Key = KEY) -> bytes:
    return b"".join(unsealed(io.BytesIO(raw), key, name))


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE])
def test_what_went_in_comes_out(size: int) -> None:
    plain = bytes(size % 251 for size in range(size))
    raw = sealed(plain)
    assert opened(raw) == plain
    assert len(raw) == HEAD + size + TAG * max(1, -(-size // PIECE))
    assert size < 16 or plain[:16] not in raw


def test_the_same_contents_are_never_written_the_same_way() -> None:
    assert sealed(b"x" * 100) != sealed(b"x" * 100)


@given(st.data())
def test_one_changed_bit_anywhere_is_noticed(data: st.DataObject) -> None:
    raw = bytearray(sealed(b"y" * (2 * PIECE + 5)))
    at = data.draw(st.integers(0, len(raw) - 1))
    raw[at] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises((Broken, WrongKey)):
        opened(bytes(raw))


@given(st.integers(1, 2 * PIECE + 5 + 3 * TAG + HEAD))
def test_a_file_cut_anywhere_is_torn(cut: int) -> None:
    with pytest.raises(Broken):
        opened(sealed(b"y" * (2 * PIECE + 5))[:-cut])


def test_pieces_cannot_change_places_nor_be_left_out_nor_added() -> None:
    raw = sealed(b"a" * PIECE + b"b" * PIECE + b"c")
    head, first, second = raw[:HEAD], raw[HEAD : HEAD + PIECE + TAG], raw[HEAD + PIECE + TAG : HEAD + 2 * (PIECE + TAG)]
    last = raw[HEAD + 2 * (PIECE + TAG) :]
    for wrong in (head + second + first + last, head + first + last, head + first + second + last + last, head + first):
        with pytest.raises(Broken):
            opened(wrong)


def test_one_file_cannot_be_passed_off_as_another() -> None:
    with pytest.raises(Broken):
        opened(sealed(b"yesterday", name="snapshots/1"), name="snapshots/2")


def test_a_wrong_key_is_told_from_a_torn_file() -> None:
    with pytest.raises(WrongKey, match="another key"):
        opened(sealed(b"x"), key=Key(bytes(32)))


def test_a_key_is_for_its_owner_alone_and_never_overwritten(tmp_path: Path) -> None:
    made = make_key(tmp_path / "key")
    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600
    assert read_key(tmp_path / "key").id == made.id
    assert opened(sealed(b"x", key=made), key=read_key(tmp_path / "key")) == b"x"
    with pytest.raises(BackupError, match="never overwritten"):
        make_key(tmp_path / "key")


@pytest.mark.parametrize(
    "written", ["", "secret", "sambut-backup-key-1:", "sambut-backup-key-1:!!!!", "sambut-backup-key-1:aGk="]
)
def test_what_is_no_key_is_refused(tmp_path: Path, written: str) -> None:
    (tmp_path / "key").write_text(written)
    with pytest.raises(BackupError, match="is no key"):
        read_key(tmp_path / "key")
    with pytest.raises(BackupError, match="cannot read the key"):
        read_key(tmp_path / "missing")
