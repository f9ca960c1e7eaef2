"""Encrypted files: every place of them reads as it was, and nothing else reads at all."""

import io
import os
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sealing import ChangedError, Keyring, SealError, UnknownKeyError, archive, files, head
from sealing.keys import Key

RING = Keyring.fresh()
CHUNK = files.CHUNK
PLAIN = bytes(os.urandom(3 * CHUNK + 1234))
SIZES = st.sampled_from([0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 1234])


def _stored(plain: bytes, ring: Keyring = RING) -> bytes:
    out = io.BytesIO()
    files.encrypt(io.BytesIO(plain), out, ring)
    return out.getvalue()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("encrypted")
    for size in (0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 1234):
        (made / str(size)).write_bytes(_stored(PLAIN[:size]))
    (made / "plain").write_bytes(PLAIN)
    return made


@settings(max_examples=300)
@given(size=SIZES, start=st.integers(0, 4 * CHUNK), length=st.integers(0, 3 * CHUNK))
@example(size=2 * CHUNK, start=CHUNK, length=CHUNK)
@example(size=2 * CHUNK, start=2 * CHUNK - 1, length=2)
@example(size=0, start=0, length=1)
def test_every_range_reads_as_it_was(folder: Path, size: int, start: int, length: int) -> None:
    with files.opened(folder / str(size), RING) as file:
        assert files.plain_size(file) == size
        file.seek(start)
        assert file.read(length) == PLAIN[:size][start : start + length]
        file.seek(-min(size, length), os.SEEK_END)
        assert file.read() == PLAIN[size - min(size, length) : size]


@settings(max_examples=50)
@given(moves=st.lists(st.tuples(st.integers(0, 4 * CHUNK), st.integers(0, 2 * CHUNK)), max_size=8))
def test_a_player_that_jumps_about_hears_the_right_places(folder: Path, moves: list[tuple[int, int]]) -> None:
    with files.opened(folder / str(3 * CHUNK + 1234), RING) as file:
        for start, length in moves:
            file.seek(start)
            assert file.read(length) == PLAIN[: 3 * CHUNK + 1234][start : start + length]


def test_a_plain_file_of_an_older_version_is_read_as_it_is(folder: Path) -> None:
    with files.opened(folder / "plain", RING) as file:
        assert (files.plain_size(file), file.read()) == (len(PLAIN), PLAIN)
    assert not files.is_encrypted(folder / "plain")
    assert files.is_encrypted(folder / "0")


@settings(max_examples=100)
@given(size=SIZES, place=st.integers(0), change=st.integers(1, 255))
def test_a_changed_byte_is_told(tmp_path_factory: pytest.TempPathFactory, size: int, place: int, change: int) -> None:
    """Anywhere but in the zeros of the head, which nobody reads; the mark itself makes it another kind of file."""
    stored = bytearray(_stored(PLAIN[:size]))
    places = [*range(64, 128), *range(head.SIZE, len(stored))]
    stored[places[place % len(places)]] ^= change
    path = tmp_path_factory.mktemp("changed") / "file"
    path.write_bytes(stored)
    with pytest.raises(SealError), files.opened(path, RING) as file:
        file.read()


@settings(max_examples=60)
@given(size=SIZES, kept=st.integers(8))
@example(size=3 * CHUNK + 1234, kept=head.SIZE + 2 * (CHUNK + files.TAG))  # at a chunk's border
@example(size=2 * CHUNK, kept=head.SIZE + CHUNK + files.TAG)
def test_a_file_cut_short_is_told_when_it_is_opened(
    tmp_path_factory: pytest.TempPathFactory, size: int, kept: int
) -> None:
    stored = _stored(PLAIN[:size])
    path = tmp_path_factory.mktemp("cut") / "file"
    path.write_bytes(stored[: max(8, kept % len(stored))])
    with pytest.raises(ChangedError):
        files.opened(path, RING)


@pytest.mark.parametrize("order", [(1, 0, 2, 3), (0, 1, 1, 3), (0, 2, 3)])
def test_chunks_cannot_change_places_be_repeated_or_left_out(tmp_path: Path, order: tuple[int, ...]) -> None:
    stored, width = _stored(PLAIN), CHUNK + files.TAG
    chunks = [stored[head.SIZE + n * width : head.SIZE + (n + 1) * width] for n in range(4)]
    (tmp_path / "file").write_bytes(stored[: head.SIZE] + b"".join(chunks[n] for n in order))
    with pytest.raises(ChangedError), files.opened(tmp_path / "file", RING) as file:
        file.read()


def test_another_installations_key_is_named(tmp_path: Path) -> None:
    (tmp_path / "call.flac").write_bytes(_stored(b"x"))
    with pytest.raises(UnknownKeyError, match=rf"call\.flac was sealed with key {RING.current.id}"):
        files.opened(tmp_path / "call.flac", Keyring.fresh())


def test_the_plain_words_are_nowhere_in_the_file() -> None:
    assert b"rahasia" not in _stored(b"rahasia" * 1000)


@pytest.mark.parametrize("died_after", [0, 1, 2])
def test_a_rotation_changes_the_head_alone_and_may_die_at_any_moment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, died_after: int
) -> None:
    """It writes twice; after none, one or both of them the file opens, and the next run finishes."""
    path, old = tmp_path / "file", RING.current
    path.write_bytes(_stored(PLAIN))
    both = Keyring((Key.new(), old))
    put, done = head._put, []

    def dying(*args: object) -> None:
        if len(done) == died_after:
            raise KeyboardInterrupt
        done.append(args)
        put(*args)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(head, "_put", dying)
        if died_after < 2:
            with pytest.raises(KeyboardInterrupt):
                archive.rewrap(path, both)
    with files.opened(path, both) as file:
        assert file.read() == PLAIN
    assert archive.rewrap(path, both)
    assert not archive.rewrap(path, both)
    assert archive.key_ids(path) == {both.current.id}
    with pytest.raises(UnknownKeyError):
        files.opened(path, Keyring((old,)))
    with files.opened(path, Keyring((both.current,))) as file:
        assert file.read() == PLAIN
    assert path.read_bytes()[head.SIZE :] != b""


def test_a_place_that_was_half_written_is_passed_over(tmp_path: Path) -> None:
    path, old = tmp_path / "file", RING.current
    both = Keyring((Key.new(), old))
    stored = bytearray(_stored(b"words"))
    stored[128:160] = bytes.fromhex(both.current.id) + os.urandom(28)
    path.write_bytes(stored)
    with files.opened(path, both) as file:
        assert file.read() == b"words"
    assert archive.rewrap(path, both)
    with files.opened(path, Keyring((both.current,))) as file:
        assert file.read() == b"words"


def test_an_old_recording_is_encrypted_where_it_lies(tmp_path: Path) -> None:
    path = tmp_path / "call.flac"
    path.write_bytes(PLAIN)
    os.utime(path, (1000, 2000))
    assert archive.encrypt_in_place(path, RING)
    assert not archive.encrypt_in_place(path, RING)
    with files.opened(path, RING) as file:
        assert file.read() == PLAIN
    assert path.stat().st_mtime == 2000
    assert [each.name for each in tmp_path.iterdir()] == ["call.flac"]


def test_it_is_opened_again_where_it_lies_for_a_version_without_keys(tmp_path: Path) -> None:
    path = tmp_path / "call.flac"
    path.write_bytes(PLAIN)
    os.utime(path, (1000, 2000))
    archive.encrypt_in_place(path, RING)
    with pytest.raises(SealError):
        archive.decrypt_in_place(path, Keyring.fresh())
    assert files.is_encrypted(path)
    assert archive.decrypt_in_place(path, RING)
    assert not archive.decrypt_in_place(path, RING)
    assert (path.read_bytes(), path.stat().st_mtime) == (PLAIN, 2000)
    assert [each.name for each in tmp_path.iterdir()] == ["call.flac"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has files of others")
def test_a_file_keeps_its_owner(tmp_path: Path) -> None:
    """root encrypts for the service, which must still read it."""
    path = tmp_path / "call.flac"
    path.write_bytes(PLAIN)
    os.chown(path, 10001, 10002)
    for change in (archive.encrypt_in_place, archive.decrypt_in_place):
        assert change(path, RING)
        assert (path.stat().st_uid, path.stat().st_gid) == (10001, 10002)


def test_what_fails_half_way_leaves_the_plain_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "call.flac"
    path.write_bytes(PLAIN)
    monkeypatch.setattr(archive, "_digest", lambda file: os.urandom(8))
    with pytest.raises(ChangedError, match="does not read as"):
        archive.encrypt_in_place(path, RING)
    assert path.read_bytes() == PLAIN
    assert [each.name for each in tmp_path.iterdir()] == ["call.flac"]


def test_what_is_erased_meanwhile_does_not_come_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The nightly erasure waits for the one file that is being replaced, and then removes what took its place."""
    import threading

    path = tmp_path / "call.flac"
    path.write_bytes(PLAIN)
    digest, eraser = archive._digest, threading.Thread(target=archive.erase, args=(path,))

    def slowly(file: object) -> bytes:
        if eraser.ident is None:
            eraser.start()
            eraser.join(0.2)
        return digest(file)  # type: ignore[arg-type]

    monkeypatch.setattr(archive, "_digest", slowly)
    archive.encrypt_in_place(path, RING)
    eraser.join(5)
    assert not path.exists()
    assert not archive.encrypt_in_place(path, RING)
    assert not archive.rewrap(path, RING)
    archive.erase(path)
