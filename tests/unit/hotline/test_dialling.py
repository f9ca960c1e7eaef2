"""Which numbers may be called, by whom, when, and which way."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import config
from config.dialling import Dialling
from config.trunks import Trunk
from hotline.dialling import REASONS, DialPlan, NumberRefusedError, Route

MOBILE, LANDLINE, ABROAD = "0812-3456-7890", "(022) 2534567", "+1 415 555 2671"


def a_trunk(name: str, **fields: Any) -> Trunk:
    return Trunk.model_validate({"name": name, "peers": ["203.0.113.10"], **fields})


INCOMING_ONLY = a_trunk("in")
PROVIDER = a_trunk("provider", outbound={"host": "sip.example", "caller_id": "+62221500"}, number="+62229999")
PBX = a_trunk("pbx", outbound={"host": "pbx.example"}, number="1500")
TRUNKS = (INCOMING_ONLY, PROVIDER, PBX)


def a_plan(*rules: dict[str, Any], trunks: tuple[Trunk, ...] = TRUNKS, **fields: Any) -> DialPlan:
    return DialPlan(Dialling.model_validate({"rules": rules, **fields}), trunks)


def code_of(plan: DialPlan, typed: str, role: str = "operator", *, open_now: bool = True) -> str:
    with pytest.raises(NumberRefusedError) as refused:
        plan.route(typed, role, open_now=open_now)
    return refused.value.code


MOBILES = {"prefixes": ["+628"], "roles": ["operator", "supervisor"]}
LANDLINES = {"prefixes": ["+6222"], "roles": ["supervisor"], "hours": "always", "trunk": "pbx"}
PLAN = a_plan(MOBILES, LANDLINES)


@pytest.mark.parametrize("typed", [MOBILE, "6281234567890", "+62 812 3456 7890", " 081234567890 "])
def test_a_number_is_called_however_it_is_typed(typed: str) -> None:
    assert PLAN.route(typed, "operator", open_now=True) == Route(
        "+6281234567890", "provider", "+62221500", "+6281234567890"
    )


def test_the_country_of_a_number_without_code_is_the_installations() -> None:
    plan = a_plan({"prefixes": ["+65"], "roles": ["operator"]}, country="65")
    assert plan.route("6123 4567", "operator", open_now=True).number == "+6561234567"


@pytest.mark.parametrize("typed", ["", "0812", "110", "1500", "budi", "sip:a@b", "+", "081234567890,,1", "*21*0812#"])
def test_what_is_no_whole_number_is_not_dialled(typed: str) -> None:
    assert code_of(PLAN, typed) == "no_number"


@pytest.mark.parametrize("typed", ["081234567890/081398765432", "081234567890 atau 081398765432"])
def test_of_two_numbers_none_is_dialled_and_one_is_asked_for(typed: str) -> None:
    assert code_of(PLAN, typed) == "two_numbers"


def test_a_mobile_number_of_fourteen_digits_is_called_back() -> None:
    for typed in ("08953297088863", "628953297088863", "+628953297088863"):
        assert PLAN.route(typed, "operator", open_now=True).number == "+628953297088863"


@pytest.mark.parametrize(
    ("outbound", "number", "dialled"),
    [
        ({}, MOBILE, "+6281234567890"),
        ({"number_format": "e164_without_plus"}, MOBILE, "6281234567890"),
        ({"number_format": "national"}, LANDLINE, "0222534567"),
        ({"number_format": "national"}, ABROAD, "0014155552671"),
        ({"number_format": "national", "prefix": "9"}, MOBILE, "9081234567890"),
        ({"prefix": "*31*"}, MOBILE, "*31*+6281234567890"),
    ],
)
def test_each_trunk_gets_numbers_as_it_wants_them(outbound: dict[str, str], number: str, dialled: str) -> None:
    everywhere = {"prefixes": ["+62", "+1"], "roles": ["operator"]}
    plan = a_plan(everywhere, trunks=(a_trunk("provider", outbound={"host": "sip.example", **outbound}),))
    assert plan.route(number, "operator", open_now=True).dialled == dialled


def test_a_refusal_says_what_stands_in_the_way() -> None:
    assert code_of(PLAN, ABROAD) == "no_rule"
    assert code_of(PLAN, LANDLINE) == "role"
    assert code_of(PLAN, MOBILE, open_now=False) == "hours"
    assert code_of(a_plan(MOBILES, trunks=(INCOMING_ONLY,)), MOBILE) == "no_trunk"
    assert all(reason.id != reason.en for reason in REASONS.values())


def test_a_rule_names_its_trunk_and_its_hours() -> None:
    assert PLAN.route(LANDLINE, "supervisor", open_now=False) == Route("+62222534567", "pbx", "1500", "+62222534567")


def test_one_rule_that_allows_is_enough() -> None:
    plan = a_plan(MOBILES, {**MOBILES, "hours": "always", "trunk": "pbx"})
    assert plan.route(MOBILE, "operator", open_now=True).trunk == "provider"
    assert plan.route(MOBILE, "operator", open_now=False).trunk == "pbx"


def test_called_people_see_the_trunks_own_caller_id_or_the_installations() -> None:
    plan = a_plan(MOBILES, LANDLINES, caller_id="+62220000")
    assert plan.route(MOBILE, "operator", open_now=True).caller_id == "+62221500"
    assert plan.route(LANDLINE, "supervisor", open_now=True).caller_id == "+62220000"


def test_the_page_knows_beforehand_whether_anything_may_be_dialled() -> None:
    now = PLAN.standing("operator", open_now=True)
    assert now.allowed
    assert "+628" in now.rule.id
    assert "+6222" not in now.rule.id
    assert PLAN.standing("operator", open_now=False).rule == REASONS["hours"]
    assert not PLAN.standing("pic", open_now=True).allowed
    assert a_plan(MOBILES, trunks=()).standing("operator", open_now=True).rule == REASONS["no_trunk"]


DEFAULTS = DialPlan(config.load(environ={}).dialling, TRUNKS)


@pytest.mark.parametrize("typed", [MOBILE, LANDLINE, "0819 9999 9999", "0274 123456", "0901-321-456"])
def test_by_default_operators_call_indonesian_mobiles_and_landlines_in_working_hours(typed: str) -> None:
    assert DEFAULTS.route(typed, "operator", open_now=True).trunk == "provider"
    assert code_of(DEFAULTS, typed, open_now=False) == "hours"


@pytest.mark.parametrize("typed", [ABROAD, "0809 123 4567", "0800 1 234567", "+870 773 123456", "+65 6123 4567"])
def test_by_default_nobody_calls_premium_numbers_or_abroad(typed: str) -> None:
    assert code_of(DEFAULTS, typed, "supervisor") in ("no_rule", "no_number")


prefixes = st.sampled_from(["+62", "+628", "+62812", "+6222", "+1"])
roles = st.sampled_from(["operator", "coordinator", "supervisor"])
rules = st.fixed_dictionaries(
    {
        "prefixes": st.lists(prefixes, min_size=1, max_size=3),
        "roles": st.lists(roles, min_size=1, max_size=3),
        "hours": st.sampled_from(["open", "always"]),
        "trunk": st.sampled_from([None, "provider", "pbx"]),
    }
)


@given(st.lists(rules, max_size=4), st.sampled_from([MOBILE, LANDLINE, ABROAD]), roles, st.booleans())
def test_a_number_is_called_exactly_when_some_rule_allows_all_of_it(
    rules: list[dict[str, Any]], typed: str, role: str, open_now: bool
) -> None:
    number = {MOBILE: "+6281234567890", LANDLINE: "+62222534567", ABROAD: "+14155552671"}[typed]
    allowing = [
        rule
        for rule in rules
        if role in rule["roles"]
        and (open_now or rule["hours"] == "always")
        and any(number.startswith(prefix) for prefix in rule["prefixes"])
    ]
    plan = a_plan(*rules)
    if not allowing:
        assert code_of(plan, typed, role, open_now=open_now) in ("no_rule", "role", "hours")
    else:
        route = plan.route(typed, role, open_now=open_now)
        assert (route.number, route.trunk) == (number, allowing[0]["trunk"] or "provider")


@given(st.text(max_size=20))
def test_any_text_is_a_route_or_a_refusal(typed: str) -> None:
    try:
        assert PLAN.route(typed, "operator", open_now=True).number.startswith("+628")
    except NumberRefusedError as refused:
        assert refused.code in REASONS
