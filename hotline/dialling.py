"""Calls out: may this person call this number now, and by which trunk (the rules of dialling.yaml)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from config.base import Bilingual
from config.dialling import Dialling, DialRule
from config.trunks import Outbound, Trunk
from hotline.numbers import e164, is_several

REASONS: Mapping[str, Bilingual] = {
    "no_number": Bilingual(
        id="Nomor telepon ini tidak lengkap atau salah.", en="This is not a whole telephone number."
    ),
    "two_numbers": Bilingual(
        id="Ini lebih dari satu nomor telepon; isi satu saja.", en="This is more than one telephone number; give one."
    ),
    "no_rule": Bilingual(
        id="Nomor dengan awalan ini tidak boleh dihubungi.", en="Numbers that begin like this may not be called."
    ),
    "role": Bilingual(id="Peran Anda tidak boleh menghubungi nomor ini.", en="Your role may not call this number."),
    "hours": Bilingual(
        id="Nomor ini hanya boleh dihubungi pada jam kerja.", en="This number may be called in working hours only."
    ),
    "no_trunk": Bilingual(id="Belum ada jalur untuk panggilan keluar.", en="No trunk carries calls out."),
}
"""Why a number is refused, by stable code."""


class NumberRefusedError(Exception):
    """The number may not be called. `code` is a key of `REASONS`; `message` is for whoever typed it."""

    def __init__(self, code: str) -> None:
        super().__init__(REASONS[code].en)
        self.code = code
        self.message = REASONS[code]


@dataclass(frozen=True, slots=True)
class Route:
    """How a call out goes: the number in E.164, the trunk's name, what the called person sees of us, and the number as
    the trunk wants it.
    """

    number: str
    trunk: str
    caller_id: str
    dialled: str


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether a role may dial outside at all just now, and the rule in words."""

    allowed: bool
    rule: Bilingual


class DialPlan:
    """Who may call whom. `trunks` in the order of settings.yaml: the first that calls out is the usual one."""

    def __init__(self, dialling: Dialling, trunks: Sequence[Trunk]) -> None:
        self._dialling = dialling
        self._trunks = {trunk.name: trunk for trunk in trunks if trunk.calls_out}

    def route(self, typed: str, role: str, *, open_now: bool) -> Route:
        """The way for a number as typed, for an account of this role. `open_now`: within working hours.

        Raises `NumberRefusedError` with the nearest reason: what would have to change first.
        """
        number = e164(typed, self._dialling.country)
        if number is None:
            raise NumberRefusedError("two_numbers" if is_several(typed) else "no_number")
        matching = [rule for rule in self._dialling.rules if number.startswith(rule.prefixes)]
        if not matching:
            raise NumberRefusedError("no_rule")
        trunk = self._trunk_of(_narrowed(matching, role, open_now))
        return Route(number, trunk.name, self._caller_id(trunk), self._dialled(number, trunk))

    def standing(self, role: str, *, open_now: bool) -> Standing:
        """What a role may dial just now, for the page before anything is typed."""
        try:
            rules = _narrowed(self._dialling.rules, role, open_now)
            self._trunk_of(rules)
        except NumberRefusedError as refused:
            return Standing(False, refused.message)
        prefixes = ", ".join(dict.fromkeys(prefix for rule in rules for prefix in rule.prefixes))
        return Standing(
            True, Bilingual(id=f"Nomor dengan awalan {prefixes}.", en=f"Numbers that begin with {prefixes}.")
        )

    def _trunk_of(self, rules: Sequence[DialRule]) -> Trunk:
        usual = next(iter(self._trunks.values()), None)
        found = (usual if rule.trunk is None else self._trunks.get(rule.trunk) for rule in rules)
        trunk = next((trunk for trunk in found if trunk is not None), None)
        if trunk is None:
            raise NumberRefusedError("no_trunk")
        return trunk

    def _dialled(self, number: str, trunk: Trunk) -> str:
        outbound = trunk.outbound or Outbound()
        digits, country = number.removeprefix("+"), self._dialling.country
        match outbound.number_format:
            case "e164":
                spelt = number
            case "e164_without_plus":
                spelt = digits
            case "national":
                spelt = "0" + digits.removeprefix(country) if digits.startswith(country) else "00" + digits
        return outbound.prefix + spelt

    def _caller_id(self, trunk: Trunk) -> str:
        own = trunk.outbound.caller_id if trunk.outbound else ""
        return own or self._dialling.caller_id or trunk.number


def _narrowed(rules: Sequence[DialRule], role: str, open_now: bool) -> list[DialRule]:
    """The rules that allow it for this role at this time, in the order of the file."""
    of_role = [rule for rule in rules if role in rule.roles]
    if not of_role:
        raise NumberRefusedError("role")
    now = [rule for rule in of_role if open_now or rule.hours == "always"]
    if not now:
        raise NumberRefusedError("hours")
    return now
