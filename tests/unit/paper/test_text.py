"""Text within a width: nothing is wider than it may be, nothing is lost, and what is cut says so."""

from hypothesis import given
from hypothesis import strategies as st

from paper.fitting import SIZES, fit, least_room
from paper.fonts import typeface
from paper.text import ELLIPSIS, REPLACEMENT, at_most, clean, fitted, share, shortened, wrap

FACE = typeface(None).regular
WIDTH = 120.0
TEXTS = st.text(st.characters(codec="utf-8"), max_size=400).map(lambda text: clean(text, FACE))


@given(TEXTS)
def test_no_line_is_wider_than_the_space(text: str) -> None:
    assert all(FACE.width(line, 9) <= WIDTH + 0.01 for line in wrap(text, FACE, 9, WIDTH))


@given(TEXTS)
def test_wrapping_loses_no_letter(text: str) -> None:
    kept = "".join(wrap(text, FACE, 9, WIDTH))
    assert kept.replace(" ", "") == text.replace(" ", "").replace("\n", "")


@given(TEXTS, st.floats(20, 300))
def test_a_shortened_text_fits_and_shows_that_it_was_shortened(text: str, width: float) -> None:
    short = shortened(text, FACE, 9, width)
    assert FACE.width(short, 9) <= width + 0.01
    assert short == text or short.endswith(ELLIPSIS)


@given(TEXTS, st.integers(1, 5))
def test_at_most_so_many_lines_are_left(text: str, count: int) -> None:
    lines = at_most(text, count, FACE, 9, WIDTH)
    assert len(lines) <= count
    assert lines == wrap(text, FACE, 9, WIDTH) or lines[-1].endswith(ELLIPSIS)


@given(TEXTS)
def test_a_text_shrinks_before_it_is_cut(text: str) -> None:
    size, lines = fitted(text, 2, FACE, (9, 8, 7), WIDTH)
    assert len(lines) <= 2
    if len(wrap(text, FACE, 9, WIDTH)) <= 2:
        assert size == 9
    if len(wrap(text, FACE, 7, WIDTH)) <= 2:
        assert lines == wrap(text, FACE, size, WIDTH)


@given(st.integers(0, 200), st.lists(st.integers(0, 80), max_size=6))
def test_lines_are_shared_without_giving_more_than_there_are(available: int, wants: list[int]) -> None:
    given_ = share(available, wants)
    assert sum(given_) <= available
    assert all(0 <= got <= want for got, want in zip(given_, wants, strict=True))
    lacking = [got for got, want in zip(given_, wants, strict=True) if got < want]
    if lacking:  # nobody who goes short has less than another by more than the rest of a division
        assert max(given_) - min(lacking) <= 1


@given(st.lists(TEXTS, min_size=1, max_size=4), st.floats(0, 400))
def test_several_texts_keep_to_their_room(texts: list[str], spare: float) -> None:
    room = least_room(len(texts)) + spare
    done = fit(texts, FACE, WIDTH, room, 30, "[Dipotong]")
    assert sum(block.height for block in done.blocks) <= room + 0.01
    whole = [
        list(block.lines) == wrap(text, FACE, done.size, WIDTH) for text, block in zip(texts, done.blocks, strict=True)
    ]
    assert all(whole) or done.size == SIZES[-1]
    cut = [block for block, complete in zip(done.blocks, whole, strict=True) if not complete]
    assert all(block.lines[-1] == "[Dipotong]" for block in cut)


def test_names_from_elsewhere_keep_their_letters() -> None:
    name = "Nguyễn Đặng Żółć Ñandú Øyvind Šimůnek Ğülşah Ākāśa Ōtani"
    assert clean(name, FACE) == name


def test_accents_that_come_apart_are_put_together_and_unseen_marks_go() -> None:
    assert clean("Jose\u0301\u200b \u202eA\x00", FACE) == "José A"


def test_what_the_typeface_lacks_leaves_a_mark() -> None:
    assert clean("a😀漢", FACE) == f"a{REPLACEMENT}{REPLACEMENT}"


def test_a_word_longer_than_a_line_is_broken() -> None:
    word = "mempertanggungjawabkannya" * 3
    assert len(wrap(word, FACE, 9, WIDTH)) > 1
