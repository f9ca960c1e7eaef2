"""Knowledge articles: proposed, decided, found and counted, on both databases."""

from dataclasses import replace
from datetime import date

import pytest

from storage import NotFound, Store
from storage.knowledge import ArticleQuery, ArticleVersion, ArticleWords
from tests.integration.storage.samples import NOON

DAY = date(2026, 11, 25)
TAX = ArticleWords(
    "Pajak tahunan (PKB)", "pkb", "id", "## Syarat\n\nKTP asli dan STNK. Biaya 5.000 per_lembar.", "Bawa KTP dan STNK."
)
LOST = ArticleWords("STNK hilang", "stnk", "id", "Surat kehilangan, lalu pajak seperti biasa.", "Lapor polisi dahulu.")


async def approved(store: Store, words: ArticleWords) -> ArticleVersion:
    version = await store.knowledge.propose(words, "operator1", NOON)
    assert await store.knowledge.approve(version.article, 1, 0, "koordinator", NOON + 1)
    return version


async def titles(store: Store, text: str = "", **query) -> list[str]:
    return [found.words.title for found in await store.knowledge.find(ArticleQuery(text, day=DAY, **query))]


async def test_a_proposal_is_found_only_once_it_is_approved(store: Store) -> None:
    version = await store.knowledge.propose(TAX, "operator1", NOON)
    assert await titles(store) == []
    assert await titles(store, state="proposed") == [TAX.title]

    assert await store.knowledge.approve(version.article, 1, 0, "koordinator", NOON + 1)

    (found,) = await store.knowledge.find(ArticleQuery("pajak", day=DAY))
    assert found == replace(version, state="approved", decided_by="koordinator", decided_at=NOON + 1)


@pytest.mark.parametrize("typed", ["p", "PAJ", "paj tah", "ktp", "5.000", "5.0", "per_lembar", "syarat stnk", "pkb)"])
async def test_words_are_found_as_they_are_being_typed(store: Store, typed: str) -> None:
    await approved(store, TAX)
    assert await titles(store, typed) == [TAX.title]


@pytest.mark.parametrize("typed", ["ajak", "pajak mobil", "bpkb", "ktp'; DROP TABLE article_version", "x" * 3000])
async def test_what_no_article_says_is_not_found(store: Store, typed: str) -> None:
    await approved(store, TAX)
    assert await titles(store, typed) == []


@pytest.mark.parametrize("typed", ['"', "*", "AND", "title:ktp", "NEAR(", "ktp:*", "!", "& |", "''", "\\", "²", "é"])
async def test_signs_that_a_database_would_read_as_a_query_are_words_or_nothing(store: Store, typed: str) -> None:
    await approved(store, TAX)
    assert await titles(store, typed) in ([], [TAX.title])


async def test_the_subject_comes_first_then_the_word_in_the_title(store: Store) -> None:
    for words in (LOST, TAX):
        await approved(store, words)

    assert await titles(store, "pajak") == [TAX.title, LOST.title]
    assert await titles(store, "pajak", subject="stnk") == [LOST.title, TAX.title]
    assert await titles(store, subject="stnk") == [LOST.title, TAX.title]


@pytest.mark.parametrize(
    ("first", "last", "holds"),
    [(DAY, DAY, True), (date(2026, 11, 26), None, False), (None, date(2026, 11, 24), False), (None, DAY, True)],
)
async def test_only_what_holds_today_is_found(store: Store, first, last, holds: bool) -> None:
    await approved(store, replace(TAX, valid_from=first, valid_until=last))

    assert await titles(store, "pajak") == ([TAX.title] if holds else [])
    assert len(await store.knowledge.find(ArticleQuery("pajak"))) == 1


async def test_another_version_takes_the_place_of_the_one_in_force_and_all_are_kept(store: Store) -> None:
    first = await approved(store, TAX)
    newer = replace(TAX, title="Pajak lima tahunan")
    second = await store.knowledge.propose(newer, "operator2", NOON + 2, first.article)
    assert await titles(store, "pajak") == [TAX.title]

    assert await store.knowledge.approve(first.article, second.number, 1, "koordinator", NOON + 3)

    assert await titles(store, "pajak") == [newer.title]
    history = await store.knowledge.history(first.article)
    assert [(version.number, version.state) for version in history] == [(2, "approved"), (1, "retired")]


async def test_what_was_compared_with_an_older_version_is_not_approved(store: Store) -> None:
    first = await approved(store, TAX)
    for _ in range(2):
        await store.knowledge.propose(LOST, "operator2", NOON, first.article)

    assert await store.knowledge.approve(first.article, 2, 1, "koordinator", NOON)
    assert not await store.knowledge.approve(first.article, 3, 1, "koordinator2", NOON)
    assert not await store.knowledge.approve(first.article, 2, 2, "koordinator2", NOON)
    assert not await store.knowledge.refuse(first.article, 2, "terlambat", "koordinator2", NOON)


async def test_a_refusal_keeps_its_reason_and_what_is_retired_is_found_no_more(store: Store) -> None:
    first = await approved(store, TAX)
    await store.knowledge.propose(LOST, "operator2", NOON, first.article)

    assert await store.knowledge.refuse(first.article, 2, "Sudah ada.", "koordinator", NOON + 2)
    assert await store.knowledge.retire(first.article, 1, "Aturan baru.", "koordinator", NOON + 3)

    history = await store.knowledge.history(first.article)
    assert [(it.state, it.reason) for it in history] == [("refused", "Sudah ada."), ("retired", "Aturan baru.")]
    assert await titles(store) == []


async def test_use_is_counted_once_for_each_ticket(store: Store) -> None:
    first = await approved(store, TAX)
    other = await approved(store, LOST)

    counted = [await store.knowledge.use(first.article, 1, ticket, "operator1", NOON) for ticket in ("A", "A", "B")]

    assert counted == [True, False, True]
    uses = {found.article: found.uses for found in await store.knowledge.find(ArticleQuery(day=DAY))}
    assert uses == {first.article: 2, other.article: 0}


async def test_starter_articles_come_into_an_empty_table_only(store: Store) -> None:
    assert await store.knowledge.begin_with([TAX, LOST], "sambut", NOON) == 2
    assert await store.knowledge.begin_with([TAX, LOST], "sambut", NOON) == 0
    assert sorted(await titles(store, state="proposed")) == [TAX.title, LOST.title]


async def test_an_article_that_is_not_there_is_told(store: Store) -> None:
    with pytest.raises(NotFound):
        await store.knowledge.history(99)
    with pytest.raises(NotFound):
        await store.knowledge.propose(TAX, "operator1", NOON, 99)
