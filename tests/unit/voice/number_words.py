"""Number words back to numbers: a second, independent reading to check `voice.speech` against."""

INDONESIAN_DIGITS = ("nol", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan")
INDONESIAN_SCALES = {"ribu": 10**3, "juta": 10**6, "miliar": 10**9, "triliun": 10**12}
ENGLISH_SMALL = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
    *("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
ENGLISH_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
ENGLISH_SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}


def from_indonesian(words: str) -> int:
    """A stack machine: belas, puluh and ratus work on the digit before them, the scales on all since the last scale."""
    total = group = digit = 0
    for word in _unglued(words):
        if word in INDONESIAN_DIGITS:
            group, digit = group + digit, INDONESIAN_DIGITS.index(word)
        elif word == "belas":
            digit += 10
        elif word in ("puluh", "ratus"):
            group, digit = group + digit * (10 if word == "puluh" else 100), 0
        else:
            total, group, digit = total + (group + digit) * INDONESIAN_SCALES[word], 0, 0
    return total + group + digit


def _unglued(words: str) -> list[str]:
    """sepuluh, sebelas, seratus and seribu are "one" and the word after it."""
    return [
        part
        for word in words.split()
        for part in (("satu", word[2:]) if word in ("sepuluh", "sebelas", "seratus", "seribu") else (word,))
    ]


def from_english(words: str) -> int:
    total = group = 0
    for word in words.replace("-", " ").split():
        if word in ENGLISH_SMALL:
            group += ENGLISH_SMALL.index(word)
        elif word in ENGLISH_TENS:
            group += 20 + 10 * ENGLISH_TENS.index(word)
        elif word == "hundred":
            group *= 100
        else:
            total, group = total + group * ENGLISH_SCALES[word], 0
    return total + group
