"""Words that a voice of espeak-ng says wrong, and how to say them.

Indonesian spells two vowels with one letter, é and ə, and the voice `id` (1.51) guesses é in short words:
"empat" with the é of "bebek", "Senin" likewise. Phonemes between double square brackets correct it. They are in
espeak-ng's own notation (`espeak-ng -v id -x WORD` shows it): @ is ə, ' stands before the stressed syllable.
"""

import re
from collections.abc import Mapping

_INDONESIAN: Mapping[str, str] = {
    "belas": "b@l'as",
    "belum": "b@l'um",
    "beri": "b@R'i",
    "besar": "b@s'aR",
    "cepat": "tS@p'at",
    "dengan": "d@N'an",
    "detik": "d@t'ik",
    "empat": "@mp'at",
    "enam": "@n'am",
    "jelas": "dZ@l'as",
    "keempat": "k@@mp'at",
    "keenam": "k@@n'am",
    "kerja": "k@RdZ'a",
    "lebih": "l@b'ih",
    "lengkap": "l@Nk'ap",
    "menekan": "m@n@k'an",
    "menit": "m@n'it",
    "penuh": "p@n'uh",
    "perlu": "p@Rl'u",
    "pesan": "p@s'an",
    "sebelas": "s@b@l'as",
    "sebelum": "s@b@l'um",
    "sedang": "s@d'aN",
    "segera": "s@g@R'a",
    "senang": "s@n'aN",
    "senin": "s@n'in",
    "serta": "s@Rt'a",
    "setelah": "s@t@l'ah",
    "tekan": "t@k'an",
    "tetap": "t@t'ap",
}

_WORDS: Mapping[str, Mapping[str, str]] = {"id": _INDONESIAN}  # voice -> word -> phonemes
_WORD = re.compile(r"\w+")
_BRACKETS = str.maketrans("[]", "()")


def pronounced(text: str, voice: str) -> str:
    """`text` for espeak-ng's `voice` (a variant such as "id+f3" counts as its base), with phonemes where it errs.

    Square brackets in `text` itself become round ones, so that nothing is taken for phonemes that is not ours.
    """
    words = _WORDS.get(voice.partition("+")[0], {})
    return _WORD.sub(lambda match: _said(match[0], words), text.translate(_BRACKETS))


def _said(word: str, words: Mapping[str, str]) -> str:
    phonemes = words.get(word.lower())
    return f"[[{phonemes}]]" if phonemes else word
