"""The classifier: character n-grams, so that prefixes, typing errors and abbreviations do not matter much.

What a matter is about and whether somebody asks or complains are learnt apart. Callers name a subject with the same
words either way, so each sentence teaches its subject for both kinds: of sentences it has not seen, the model then
finds three quarters of the cells instead of little more than half (docs/performance.md).

Only the worker process imports this: scikit-learn takes a second and 130 MB to load, and neither is the calls' to pay.
"""

from collections.abc import Sequence
from typing import Any

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier

Example = tuple[str, str, str]
"""What was said or typed, its kind, and its subject."""

Cell = tuple[str, str, str]
"""A category's code, its kind, and its subject."""

Scored = tuple[str, float]
"""A code, and how likely it is (0 to 1) among the cells that were asked for."""

NGRAMS = (2, 5)
MOST_NGRAMS = 60_000
FIRMNESS = 30.0
"""scikit-learn's C. There are fewer examples than n-grams: a smaller one leaves every score too low to tell much."""

SURE = 0.6
"""What the two likeliest have together, at the least; below it they are guesses, and nothing is said."""
WORTH_SHOWING = 0.1
"""Below this a second suggestion is noise."""
SHOWN = 2


class CategoryModel:
    """Learnt once from examples of at least two subjects; ValueError for fewer."""

    def __init__(self, examples: Sequence[Example]) -> None:
        subjects = [subject for _, _, subject in examples]
        if len(set(subjects)) < 2:
            raise ValueError("examples of at least two subjects are needed")
        self._ngrams = TfidfVectorizer(
            analyzer="char_wb", ngram_range=NGRAMS, sublinear_tf=True, max_features=MOST_NGRAMS
        )
        texts = self._ngrams.fit_transform([text for text, _, _ in examples])
        self._subjects = _Chances(texts, subjects)
        self._kinds = _Chances(texts, [kind for _, kind, _ in examples])

    def suggest(self, text: str, among: Sequence[Cell]) -> list[Scored]:
        """The likeliest of these cells, at most two, best first; none when that would be guessing."""
        vector = self._ngrams.transform([text])
        subjects, kinds = self._subjects.of(vector), self._kinds.of(vector)
        scores = {code: subjects.get(subject, 0.0) * kinds.get(kind, 0.0) for code, kind, subject in among}
        whole = sum(scores.values())
        if len(scores) < 2 or whole <= 0:
            return []
        ranked = sorted(((code, score / whole) for code, score in scores.items()), key=lambda each: -each[1])
        if ranked[0][1] + ranked[1][1] < SURE:
            return []
        return [(code, score) for code, score in ranked[:SHOWN] if score >= WORTH_SHOWING]


class _Chances:
    """How likely each label is for a text."""

    def __init__(self, texts: Any, labels: Sequence[str]) -> None:
        self._only = labels[0] if len(set(labels)) == 1 else None  # nothing to tell apart
        self._classifier = OneVsRestClassifier(LogisticRegression(C=FIRMNESS, solver="liblinear", dual=False))
        if self._only is None:
            self._classifier.fit(texts, labels)

    def of(self, vector: Any) -> dict[str, float]:
        if self._only is not None:
            return {self._only: 1.0}
        chances = self._classifier.predict_proba(vector)[0].tolist()
        return dict(zip(self._classifier.classes_.tolist(), chances, strict=True))
