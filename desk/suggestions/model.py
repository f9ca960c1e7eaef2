"""The classifier: character n-grams, so that prefixes, typing errors and abbreviations do not matter much.

Only the worker process imports this: scikit-learn takes a second and 130 MB to load, and neither is the calls' to pay.
"""

from collections.abc import Collection, Sequence

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import make_pipeline

Example = tuple[str, str]
"""What was said or typed, and the code of the category that it belongs to."""

Scored = tuple[str, float]
"""A code, and how likely it is (0 to 1) among those that were asked for."""

NGRAMS = (2, 5)
MOST_NGRAMS = 60_000
FIRMNESS = 30.0
"""scikit-learn's C. Fewer examples than n-grams: a smaller one leaves every score too low to tell anything."""

SURE = 0.3
"""Below this the likeliest is a guess, and nothing is said (docs/performance.md has what that costs and saves)."""
WORTH_SHOWING = 0.1
"""Below this a second suggestion is noise."""
SHOWN = 2


class CategoryModel:
    """Learnt once from examples of at least two categories; ValueError for fewer."""

    def __init__(self, examples: Sequence[Example]) -> None:
        texts, codes = [text for text, _ in examples], [code for _, code in examples]
        if len(set(codes)) < 2:
            raise ValueError("examples of at least two categories are needed")
        self._pipeline = make_pipeline(
            TfidfVectorizer(analyzer="char_wb", ngram_range=NGRAMS, sublinear_tf=True, max_features=MOST_NGRAMS),
            OneVsRestClassifier(LogisticRegression(C=FIRMNESS, solver="liblinear", dual=True)),
        )
        self._pipeline.fit(texts, codes)

    def suggest(self, text: str, among: Collection[str]) -> list[Scored]:
        """The likeliest of the codes `among`, at most two, best first; none when that would be guessing."""
        wanted = frozenset(among)
        chances = zip(self._pipeline.classes_.tolist(), self._pipeline.predict_proba([text])[0].tolist(), strict=True)
        scores = {code: chance for code, chance in chances if code in wanted}
        whole = sum(scores.values())
        if whole <= 0:
            return []
        ranked = sorted(((code, chance / whole) for code, chance in scores.items()), key=lambda each: -each[1])
        if len(ranked) < 2 or ranked[0][1] < SURE:
            return []
        return [(code, score) for code, score in ranked[:SHOWN] if score >= WORTH_SHOWING]
