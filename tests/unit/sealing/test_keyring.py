"""Short secrets: they open where they belong, with the key that sealed them, and nowhere else."""

import base64
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealing import ChangedError, KeyFileError, Keyring, SealError, UnknownKeyError, keyfile
from sealing.keyring import is_sealed, key_of
from sealing.keys import Key

RING = Keyring.fresh()


@given(st.binary(max_size=200), st.text(max_size=20))
def test_what_is_sealed_opens_again(secret: bytes, context: str) -> None:
    sealed = RING.seal(secret, context)
    assert is_sealed(sealed)
    assert RING.unseal(sealed, context) == secret


def test_no_two_seals_are_alike_and_none_shows_its_secret() -> None:
    first, second = (RING.seal(b"rahasia sekali", "webhook:1") for _ in range(2))
    assert first != second
    assert b"rahasia" not in base64.urlsafe_b64decode(first.split(":")[3])


def test_it_opens_for_its_own_place_only() -> None:
    with pytest.raises(ChangedError, match="webhook:2 was changed"):
        RING.unseal(RING.seal(b"x", "webhook:1"), "webhook:2")


@given(st.integers(min_value=0), st.integers(min_value=1, max_value=255))
def test_a_changed_byte_opens_nothing(place: int, change: int) -> None:
    mark, text = RING.seal(b"secret", "c").rsplit(":", 1)
    box = bytearray(base64.urlsafe_b64decode(text))
    box[place % len(box)] ^= change
    with pytest.raises(ChangedError):
        RING.unseal(f"{mark}:{base64.urlsafe_b64encode(box).decode()}", "c")


@pytest.mark.parametrize("text", ["", "whsec_abc", "sealed:1:", "sealed:1:%s:", "sealed:1:%s:!!", "sealed:1:%s:AAAA"])
def test_what_is_no_seal_is_said_to_be_none(text: str) -> None:
    with pytest.raises(SealError):
        RING.unseal(text.replace("%s", RING.current.id), "c")


def test_another_key_is_named() -> None:
    other = Keyring.fresh()
    with pytest.raises(UnknownKeyError, match=f"totp:siti was sealed with key {RING.current.id}.*{other.current.id}"):
        other.unseal(RING.seal(b"x", "totp:siti"), "totp:siti")


def test_without_a_key_nothing_is_sealed() -> None:
    with pytest.raises(SealError, match="no key"):
        Keyring().seal(b"x", "c")


def test_an_id_is_of_its_key_and_purposes_have_keys_of_their_own() -> None:
    key = Key.new()
    assert Key.of(key.secret) == key
    assert key.id not in key.secret.hex()
    assert len({key.secret, key.derived("words"), key.derived("files")}) == 3
    assert key.secret.hex() not in repr(key)


def test_a_new_file_is_its_owners_alone_and_takes_the_place_of_none(tmp_path: Path) -> None:
    file = tmp_path / "master.key"
    made = keyfile.create(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert keyfile.read(file) == made
    with pytest.raises(KeyFileError, match="is there already"):
        keyfile.create(file)
    assert keyfile.read(file) == made
    assert [each.name for each in tmp_path.iterdir()] == ["master.key"]


def test_a_running_service_follows_the_file(tmp_path: Path) -> None:
    file = tmp_path / "master.key"
    keyfile.create(file)
    ring = Keyring.read(file)
    before = ring.seal(b"old", "c")
    added = keyfile.add(file, ring.keys)
    assert key_of(ring.seal(b"new", "c")) == added[0].id
    assert ring.unseal(before, "c") == b"old"
    file.unlink()
    assert ring.current == added[0]  # what is known stays
    file.write_text("nonsense")
    assert ring.current == added[0]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "holds no key"),
        ("# only words\n", "holds no key"),
        ("abc", "line 1"),
        ("#\n\nQUJD\n", "line 3"),
        ("ÿ", "line"),
    ],
)
def test_a_file_that_is_none_is_told_by_its_line(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "master.key"
    file.write_text(text)
    with pytest.raises(KeyFileError, match=said) as caught:
        keyfile.read(file)
    assert "QUJD" not in str(caught.value)
