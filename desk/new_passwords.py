"""A new password, checked before it is kept, and told in the words of a form."""

from desk.context import Desk
from desk.field_errors import field_error, words
from desk.problems import Problem
from desk.weak_passwords import Weakness, own_words
from storage.accounts import Account

_WORDS = {
    Weakness.USUAL: words(
        "Kata sandi ini termasuk yang mudah ditebak. Pakai beberapa kata yang tidak berhubungan.",
        "This password is among those that are easily guessed. Take several words that have nothing to do with each "
        "other.",
    ),
    Weakness.HOLDS_NAME: words(
        "Kata sandi tidak boleh memuat nama, nama pengguna atau kantor Anda, atau nama layanan ini.",
        "A password must not hold your name, user name or office, nor what this service is called.",
    ),
}
_SAME = words("Kata sandi baru harus berbeda dari yang lama.", "The new password has to differ from the old one.")


async def check_new_password(desk: Desk, account: Account, password: str, field: str) -> None:
    """Raises `Problem` invalid, about this field, when it is a usual one or holds what others know of the person."""
    weak = await desk.passwords.weakness(password, own_words(account, desk.installation))
    if weak is not None:
        raise Problem("invalid", errors=[field_error(field, weak.value, _WORDS[weak])])


def check_other(old: str, new: str, field: str) -> None:
    """Raises `Problem` invalid when it is the same again."""
    if old == new:
        raise Problem("invalid", errors=[field_error(field, "same_password", _SAME)])
