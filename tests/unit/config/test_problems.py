"""A wrong file is refused with file, line and reason, and every problem is told at once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import config
from config import ConfigError, Flow, Problem
from config.document import read
from config.schema import build
from tests.unit.config.conftest import Office

CASES = [
    # file, text of the default, what stands there instead, where the line is found, reason
    ("flow.yaml", "next: language", "next: languge", "next: languge", "no node `languge`; did you mean `language`?"),
    ("flow.yaml", "start: welcome", "start: greeting", "start: greeting", "no node `greeting`"),
    ("flow.yaml", "next: operator, kind: pengaduan", "next: operatr", "next: operatr", "no node `operatr`"),
    ("flow.yaml", "prompt: main_menu", "prompt: main_men", "prompt: main_men", "did you mean `main_menu`?"),
    ("flow.yaml", "prompt: main_menu", "prompt: queue_position", "prompt: queue_position", "needs values"),
    ("flow.yaml", "queue: utama", "queue: utara", "queue: utara", "no queue `utara`; did you mean `utama`?"),
    ("flow.yaml", "type: say", "type: sey", "welcome:", "'sey'"),
    ("flow.yaml", "repeat: 9\n    wait: 5\n    tries: 3", "repeat: 1", "main:", "both repeats the menu"),
    ("flow.yaml", "    tries: 3", "    trys: 3", "trys: 3", "unknown key `trys`; did you mean `tries`?"),
    ("flow.yaml", "    tries: 3", "    tries: 0", "tries: 0", "greater than or equal to 1, not 0"),
    ("flow.yaml", "kind: informasi", "kind: info", "kind: info", "'informasi' or 'pengaduan', not 'info'"),
    ("flow.yaml", "change: 2", "change: 1", "callback:", "cannot both confirm and change"),
    ("flow.yaml", "choices: {8: en}", "choices: {88: en}", "choices: {88: en}", "88"),
    ("flow.yaml", "otherwise: timeout_goodbye", "otherwise: timeout", "timeout:", "goes round for ever"),
    ("flow.yaml", "otherwise: timeout_goodbye", "otherwise: operator", "operator:", "goes round for ever"),
    ("flow.yaml", "otherwise: closed_goodbye", "otherwise: no_input", "closed_goodbye:", "no caller can reach"),
    ("escalation.yaml", "{after_s: 300, tell: [sup", "{after_s: 60, tell: [sup", "asked:", "later than 60"),
    ("escalation.yaml", "  asked:\n", "  greeting:\n", "levels:", "`asked` needs a level"),
    ("escalation.yaml", "tell: [operator]", "tell: [operators]", "tell: [operators]", "'coordinators'"),
    ("escalation.yaml", "amber: 0.8", "amber: 80", "amber: 80", "less than 1"),
    ("escalation.yaml", "  pic:\n", "  pik:\n", "pik:", "'pic'"),
    ("escalation.yaml", "working_hours: [answer,", "working_hours: [anwser,", "working_hours:", "'answer'"),
    ("queues.yaml", "on_timeout: timeout", "on_timeout: time_out", "on_timeout", "no node `time_out`"),
    ("queues.yaml", "    on_timeout: timeout\n", "    on_timeout: Timeout\n", "on_timeout: Timeout", "on_timeout"),
    ("queues.yaml", "strategy: longest_idle", "strategy: fastest", "strategy: fastest", "'longest_idle'"),
    ("queues.yaml", "ring_s: 20\n", "ring_s: soon\n", "ring_s: soon", "valid number"),
    ("hours.yaml", '"08:00-11:30", "13:00', '"08:00-14:00", "13:00', "fri:", "08:00-14:00 and 13:00-15:00 overlap"),
    ("hours.yaml", 'tue: ["08:00-15:00"]', 'tue: ["15:00-08:00"]', "tue:", "closes before it opens"),
    ("hours.yaml", 'tue: ["08:00-15:00"]', 'tue: ["8 to 15"]', "tue:", "not a span of time like 08:00-15:00"),
    ("hours.yaml", 'tue: ["08:00-15:00"]', 'tue: ["08:00-15:60"]', "tue:", "15:60"),
    ("hours.yaml", "tue:", "teu:", "teu:", "'teu'"),
    ("hours.yaml", "Asia/Jakarta", "Asia/Bandung", "timezone:", "not a time zone"),
    ("hours.yaml", "2026-02-16:", "2026-02-30:", "2026-02-30", "2026-02-30"),
    ("prompts.yaml", "ke {position:number}", "ke {positon:number}", "{positon", "did you mean `position`?"),
    ("prompts.yaml", "ke {position:number}", "ke {position}", "{position}", "is not a placeholder"),
    ("prompts.yaml", "ke {position:number}", "ke {position:numeral}", "{position:num", "is not a placeholder"),
    ("prompts.yaml", "ke {position:number}", "ke {position:money}", "{position:mon", "cannot be read out as money"),
    ("prompts.yaml", "ke {position:number}", "ke {position:number", "{position:num", "curly bracket"),
    ("prompts.yaml", "  no_such_choice:", "  no_choice:", "texts:", "`no_such_choice`, which the program says, is"),
    ("prompts.yaml", "en: For English", "eng: For English", "eng: For", "unknown key `eng`; did you mean `en`?"),
    ("matrix.yaml", "code: informasi-bbnkb", "code: informasi-pkb", "code: informasi-pkb", "given twice"),
    ("matrix.yaml", "subject: bbnkb", "subject: pkb", "code: informasi-bbnkb", "are already `informasi-pkb`"),
    ("matrix.yaml", "priority: high", "priority: higher", "priority: higher", "'high', not 'higher'"),
    ("matrix.yaml", "{code: waktu, label:", "{code: tempat, label:", "{id: Waktu kejadian", "`tempat` is given twice"),
    ("matrix.yaml", "id: Tempat kejadian", 'id: "Tempat: di"', 'id: "Tempat: di"', "should match pattern"),
    (
        "sop.yaml",
        "validation:\n",
        "validation:\n  take_s: 60\n",
        "take_s: 60",
        "`take_s` is no key any more: when",
    ),
    ("sop.yaml", "  record: 60\n", "", "standard_s:", "step `record` has no standard time"),
    ("offices.yaml", "plate_area: D", "plate_area: X", "plate_area: X", "plate area `X` is not in `areas`"),
    ("offices.yaml", "code: kota-bandung-ii", "code: kota-bandung-i", "", "given twice"),
    ("pauses.yaml", "code: makan", "code: istirahat", "{code: istirahat, label: {id: Makan", "given twice"),
    ("queues.yaml", "callback_retry_s: 120", "callback_retry_s: 1", "callback_retry_s: 1", "than or equal to 10"),
    ("outcomes.yaml", "code: salah_sambung", "code: telepon_iseng", "code: telepon_iseng, label: {id: Tel", "twice"),
    ("outcomes.yaml", "kinds: [pengaduan]", "kinds: [aduan]", "kinds: [aduan]", "'pengaduan', not 'aduan'"),
    ("outcomes.yaml", "kinds: [pengaduan]", "kind: pengaduan", "kind: pengaduan", "did you mean `kinds`?"),
    ("outcomes.yaml", "en: Prank call", "eng: Prank call", "eng: Prank call", "did you mean `en`?"),
    ("dialling.yaml", '"+622", "+623"', "+622, +623", '"+624"', 'number, not text; put it in quotes: "+622"'),
    ("dialling.yaml", '"+622", "+623"', '"022", "023"', '"022"', "not '022'"),
    ("dialling.yaml", 'country: "62"', 'country: "999"', "country:", "no country has the calling code '999'"),
    ("dialling.yaml", "hours: open", "hours: opened", "hours: opened", "'open' or 'always', not 'opened'"),
    ("dialling.yaml", "roles: [operator,", "roles: [operators,", "roles: [operators,", "not 'operators'"),
    ("dialling.yaml", "roles: [operator,", "role: [operator,", "role: [operator,", "did you mean `roles`?"),
    ("dialling.yaml", "[15, 60, 240]", "[15, 0]", "[15, 0]", "greater than 0, not 0"),
    (
        "dialling.yaml",
        "trunk: null",
        "trunk: loopbak",
        "trunk: loopbak",
        "no trunk `loopbak`; did you mean `loopback`?",
    ),
    ("dialling.yaml", "trunk: null", "trunk: loopback", "trunk: loopback", "neither `outbound` nor a registration"),
    ("dialling.yaml", 'caller_id: ""', 'caller_id: "a b"', "caller_id:", "not 'a b'"),
    ("pauses.yaml", "limit_s: 900", "limit_s: -1", "limit_s: -1", "greater than 0, not -1"),
    (
        "paper.yaml",
        "  # logo: logo.png ",
        "  logo: logo.png ",
        "logo: logo.png",
        "logo.png cannot be read: no such file",
    ),
    ("paper.yaml", "  # logo: logo.png ", "  logo: paper.yaml ", "logo: paper.yaml", "a PNG or JPEG file is needed"),
    (
        "paper.yaml",
        "archive:\n",
        "font: {regular: a.ttf, bold: b.ttf}\narchive:\n",
        "font: {",
        "a TrueType file (.ttf) is needed",
    ),
    (
        "paper.yaml",
        "      signer: operator",
        "      signer: pic",
        "signer: pic",
        "'operator' or 'coordinator', not 'pic'",
    ),
    ("paper.yaml", "  at:", "  hour:", "hour:", "unknown key `hour`"),
]


@pytest.mark.parametrize(("file", "old", "new", "place", "reason"), CASES, ids=[f"{c[0]}: {c[4]}" for c in CASES])
def test_a_mistake_is_told_with_its_line_and_reason(
    office: Office, file: str, old: str, new: str, place: str, reason: str
) -> None:
    if file == "offices.yaml" and not place:
        old, new = "code: kota-bandung-ii-kawaluyaan", "code: kota-bandung-i-pajajaran"
    office.replace(file, old, new)
    problems = office.problems()
    matching = [(name, line) for name, line, why in problems if reason in why]
    assert matching, problems
    if place:
        text = (office.folder / file).read_text().splitlines()
        assert any(name == file and place in text[line - 1] for name, line in matching), problems


def test_every_problem_of_every_file_is_told_at_once(office: Office) -> None:
    office.replace("flow.yaml", "next: language", "next: languge")
    office.replace("hours.yaml", 'tue: ["08:00-15:00"]', "tue: [x]")
    office.replace("hours.yaml", 'wed: ["08:00-15:00"]', "wed: [y]")
    office.replace("prompts.yaml", "ke {position:number}", "ke {place:number}")
    office.write("pauses.yaml", "pauses: [")
    office.write("flows.yaml", "")
    with pytest.raises(ConfigError) as raised:
        config.load(office.folder, {})
    files = [problem.file.rpartition("/")[2] for problem in raised.value.problems]
    assert files.count("hours.yaml") == 2
    assert set(files) == {"flow.yaml", "flows.yaml", "hours.yaml", "prompts.yaml", "pauses.yaml"}


def test_a_file_with_an_unknown_name_is_refused_with_a_hint(office: Office) -> None:
    office.write("flows.yaml", "")
    office.write("hours.yml", "")
    assert [reason for _, _, reason in office.problems()] == [
        "unknown file; did you mean `flow.yaml`?",
        "unknown file; did you mean `hours.yaml`?",
    ]


def test_a_folder_that_is_not_there_is_a_problem(office: Office) -> None:
    (problem,) = config.check(office.folder / "nowhere", {})
    assert problem.reason == "there is no such folder"


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        (b"pauses: [\n", 2, "is not YAML"),
        (b"pauses: []\npauses: []\n", 2, "duplicate key"),
        (b"- a\n", 1, "keys with values"),
        (b"pauses: \xff\n", 0, "is not UTF-8"),
        (b"", 1, "`pauses` is missing"),
        (b"# nothing but a remark\n", 1, "`pauses` is missing"),
        (b"a: \x07\n", 0, "is not YAML"),
        (b"pauses: !!python/object:os.system x\n", 1, ""),
    ],
)
def test_a_file_that_is_no_mapping_is_refused(office: Office, text: bytes, line: int, reason: str) -> None:
    (office.folder / "pauses.yaml").write_bytes(text)
    problems = office.problems()
    assert any(name == "pauses.yaml" and at == line and reason in why for name, at, why in problems), problems


def test_a_file_that_cannot_be_read_is_a_problem(office: Office) -> None:
    (office.folder / "pauses.yaml").mkdir()
    assert any("cannot be read" in reason for _, _, reason in office.problems())


def test_a_problem_reads_as_file_line_and_reason() -> None:
    assert str(Problem("flow.yaml", 7, "there is no node `x`")) == "flow.yaml:7: there is no node `x`"
    assert str(Problem("environment", 0, "bad")) == "environment: bad"


@given(text=st.text(max_size=200))
def test_any_text_is_a_document_or_a_problem_with_its_file(text: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.getbasetemp() / "any.yaml"
    path.write_text(text, encoding="utf-8", errors="surrogatepass")
    try:
        assert read(path).plain() is not None
    except ConfigError as error:
        assert [problem.file for problem in error.problems] == [str(path)]


WORDS = ["start", "nodes", "main", "type", "menu", "next", "choices", "1"]


@given(
    data=st.dictionaries(
        st.sampled_from(WORDS),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.sampled_from(WORDS),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=4),
            max_leaves=20,
        ),
    )
)
def test_any_data_is_a_flow_or_findings_that_have_a_line(
    data: dict[str, object], tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.getbasetemp() / "data.yaml"
    path.write_text(repr(data).replace("None", "null"), encoding="utf-8")
    document = read(path)
    flow, findings = build(Flow, document.plain())
    assert (flow is None) == bool(findings)
    assert all(document.line(finding.where) == 1 and finding.reason for finding in findings)


@pytest.mark.parametrize(
    "text",
    [
        "smtp_password: 98765432\n",
        "smtp_password: [s3cretword]\n",
        "demo_password: s3cret\n",
        "openid_secret: {a: s3cretword}\n",
        "trunks: [{name: a, registration: {registrar: h, username: u, password: 98765432}}]\n",
        "trunks: [{name: a, registration: 'u:s3cretword@h'}]\n",
        "trunks: {name: a, registration: {registrar: h, username: u, password: s3cretword}}\n",
        "ice_servers: [{urls: ['turn:h'], username: u, credential: 98765432}]\n",
    ],
)
def test_a_secret_is_in_no_problem(office: Office, text: str) -> None:
    """They go to the log, and to the Status page."""
    office.write("settings.yaml", text)
    problems = office.problems()
    assert any(name == "settings.yaml" for name, _, _ in problems), problems
    assert "s3cret" not in repr(problems) and "98765432" not in repr(problems), problems
    with pytest.raises(ConfigError) as raised:
        config.load(office.folder, {"SAMBUT_DEMO_PASSWORD": "s3cret"})
    assert "s3cret" not in str([str(each) for each in raised.value.problems])
