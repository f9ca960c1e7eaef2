"""The data files that come with Sambut: complete, consistent, and what the documents say."""

import re
from dataclasses import FrozenInstanceError

import pytest
from pydantic import ValidationError

import config
from config import DEFAULTS, FILES, KINDS, LANGUAGES, ConfigError, Installation

DEFAULT = config.load(environ={})


def test_the_default_files_have_no_problem() -> None:
    assert config.check(environ={}) == []


def test_every_default_file_is_known_and_every_known_file_has_a_default() -> None:
    assert {path.name for path in DEFAULTS.iterdir()} == set(FILES)


def test_there_are_34_offices_with_plate_areas_of_west_java() -> None:
    assert len(DEFAULT.offices) == 34
    assert {office.plate_area for office in DEFAULT.offices} == set("DEFTZB")
    assert sum(office.name.startswith("P3DW Kota ") for office in DEFAULT.offices) == 12


def test_the_plate_areas_are_those_of_offices_md() -> None:
    sumatra, java = "BL BB BK BA BM BP BH BD BG BN BE", "A G H K R AA AB AD AE AG L M N P S W"
    east = "DK DR DH EA EB ED DA KB KH KT KU DB DL DM DN DT DD DC DW DP DE DG PA PB PS PT PY"
    assert " ".join(sorted(DEFAULT.areas)) == " ".join(sorted(f"D E F T Z B {sumatra} {java} {east}".split()))


def test_the_matrix_has_every_subject_in_both_kinds() -> None:
    cells = {(category.kind, category.subject) for category in DEFAULT.matrix.categories}
    subjects = {subject for _, subject in cells}
    assert len(subjects) == 11
    assert cells == {(kind, subject) for kind in KINDS for subject in subjects}


def test_a_complaint_about_an_illegal_levy_has_high_priority() -> None:
    category = DEFAULT.matrix.get("pengaduan-pungli")
    assert category is not None
    assert category.priority == "high"


def test_every_cell_has_sentences_to_learn_from_and_no_two_cells_share_one() -> None:
    sentences = [sentence for category in DEFAULT.matrix.categories for sentence in category.examples]
    assert all(len(category.examples) >= 8 for category in DEFAULT.matrix.categories)
    assert len(set(sentences)) == len(sentences)


def test_an_illegal_levy_has_to_be_told_with_place_and_time() -> None:
    category = DEFAULT.matrix.get("pengaduan-pungli")
    assert category is not None
    assert [detail.label.id for detail in category.required] == ["Tempat kejadian", "Waktu kejadian"]


def test_an_unknown_category_code_is_none() -> None:
    assert DEFAULT.matrix.get("tidak-ada") is None


def test_the_standard_times_are_those_of_the_sop() -> None:
    assert DEFAULT.sop.standard_s == {"greeting": 10, "identity": 60, "record": 60, "classify": 60, "answer": 300}


def test_the_only_way_in_of_an_untouched_installation_is_this_machine() -> None:
    settings = DEFAULT.settings
    assert (settings.sip_bind, settings.http_bind) == ("127.0.0.1", "127.0.0.1")
    assert [str(peer) for trunk in settings.trunks for peer in trunk.peers] == ["127.0.0.0/8", "::1/128"]


@pytest.mark.parametrize("line", re.findall(r"^# ([a-z_]+: .*)$", (DEFAULTS / "settings.yaml").read_text(), re.M))
def test_every_line_that_settings_yaml_comments_out_could_be_used(line: str, tmp_path) -> None:
    tls = "" if line.startswith("tls_") else "tls_certificate: a.pem\ntls_key: b.pem\n"
    other_half = {"http_certificate": "http_key: b.pem\n", "http_key": "http_certificate: a.pem\n"}
    https = other_half.get(line.partition(":")[0], "")
    (tmp_path / "settings.yaml").write_text(f"{tls}{https}{line}\n")
    assert config.check(tmp_path, {}) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_empty_in_either_language(language: config.Language) -> None:
    assert all(text.in_language(language).strip() for text in DEFAULT.prompts.texts.values())


def test_an_installation_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        DEFAULT.areas = {}  # type: ignore[misc]
    with pytest.raises(ValidationError):
        DEFAULT.settings.http_port = 1  # type: ignore[misc]


def test_a_queue_is_found_by_name_and_an_unknown_one_is_a_key_error() -> None:
    assert DEFAULT.queue("utama").target_s == 20
    with pytest.raises(KeyError):
        DEFAULT.queue("utara")


def test_loading_twice_gives_equal_installations() -> None:
    assert config.load(environ={}) == DEFAULT
    assert isinstance(DEFAULT, Installation)


def test_a_failed_load_leaves_the_next_one_alone(tmp_path) -> None:
    (tmp_path / "flow.yaml").write_text("start: [")
    with pytest.raises(ConfigError):
        config.load(tmp_path, {})
    assert config.load(environ={}) == DEFAULT


def test_nobody_can_call_abroad_or_premium_numbers_unless_the_office_says_so() -> None:
    prefixes = {prefix for rule in DEFAULT.dialling.rules for prefix in rule.prefixes}
    assert all(prefix.startswith("+62") for prefix in prefixes)
    refused = ("+62809", "+62800", "+62868", "+6214", "+6215", "+62110")
    assert not [number for number in refused if number.startswith(tuple(prefixes))]


def test_calls_out_are_for_working_hours_and_tried_four_times() -> None:
    assert {rule.hours for rule in DEFAULT.dialling.rules} == {"open"}
    assert DEFAULT.dialling.max_tries == 4


def test_an_outcome_is_for_every_kind_of_call_unless_it_names_some() -> None:
    kinds = {outcome.code: outcome.kinds for outcome in DEFAULT.outcomes}
    assert kinds.pop("pengaduan_diterima") == ("pengaduan",)
    assert set(kinds.values()) == {KINDS}
