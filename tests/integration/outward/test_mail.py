"""Mail through a real SMTP server, and who gets one: people for whom something waits and who have no page open."""

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, closing
from dataclasses import replace
from typing import Any

import pytest

from config import Settings
from hotline.ticket import Escalation, EscalationState, Step, Ticket
from sambut.mail import WITHIN_S, Mailer, MailError
from sambut.notices import LEASE_S, Notifier
from storage import Account, Role, Store
from storage.deliveries import Delivery
from tests.integration.outward.certificates import server_for
from tests.integration.outward.conftest import Clock, hangs_once
from tests.integration.outward.mail_server import PASSWORD, Office, mail_server, silent_server
from tests.integration.storage.samples import NOON, full_ticket

PAGES = "https://hotline.example.go.id"
ASKED = Escalation(
    EscalationState.ASKED, "wait", "Apakah STNK Ibu Ratna sudah jadi?", NOON, "operator1", "coordinators"
)
TAKEN = replace(ASKED, state=EscalationState.COORDINATOR, to="koko", coordinator="koko")
AT_PIC = replace(TAKEN, state=EscalationState.PIC, to="kota-bandung-1", unit="kota-bandung-1", pic_question="?")

Start = Callable[..., Any]


def settings(office: Office, **more: Any) -> Settings:
    return Settings.model_validate(
        {
            "smtp_host": "127.0.0.1",
            "smtp_port": office.port,
            "smtp_security": "none",
            "smtp_from": "Sambut <sambut@kantor.example>",
            **more,
        }
    )


async def send(office: Office, to: str, subject: str, text: str, **more: Any) -> None:
    """One mail by a mailer of its own."""
    with closing(Mailer(settings(office, **more))) as mailer:
        await mailer.send(to, subject, text)


# --- the way to the server ------------------------------------------------------------------------------------------


async def test_a_mail_goes_out_by_starttls_with_a_password(tmp_path) -> None:
    own, context = server_for(tmp_path)
    async with mail_server(starttls=context) as office:
        secure = {"smtp_security": "starttls", "smtp_ca": own, "smtp_username": "sambut", "smtp_password": PASSWORD}
        await send(office, "koko@kantor.example", "Ada tiket – é", "Baris satu\n", **secure)

    (letter,) = office.letters
    assert (office.to, office.encrypted) == (["koko@kantor.example"], [True])
    assert (letter["Subject"], letter.get_content()) == ("Ada tiket – é", "Baris satu\r\n")
    assert letter["From"] == "Sambut <sambut@kantor.example>"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Message-ID"].endswith("@kantor.example>")
    assert letter["Date"].datetime is not None


async def test_a_mail_goes_out_by_tls(tmp_path) -> None:
    own, context = server_for(tmp_path)
    async with mail_server(tls=context) as office:
        await send(office, "a@example.org", "Halo", "Teks", smtp_security="tls", smtp_ca=own)

    assert (len(office.letters), office.encrypted) == (1, [True])


@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_a_server_with_a_certificate_of_somebody_else_gets_nothing(tmp_path, security: str) -> None:
    _, context = server_for(tmp_path)
    server = {"starttls": context} if security == "starttls" else {"tls": context}
    async with mail_server(**server) as office:
        secure = {"smtp_security": security, "smtp_username": "sambut", "smtp_password": PASSWORD}
        with pytest.raises(MailError, match="SSLCertVerificationError"):
            await send(office, "a@example.org", "Halo", "Teks", **secure)

    assert office.letters == []


async def test_what_went_wrong_is_told_without_anybodys_address(tmp_path) -> None:
    own, context = server_for(tmp_path)
    async with mail_server(starttls=context) as office:
        wrong = {"smtp_security": "starttls", "smtp_ca": own, "smtp_username": "sambut", "smtp_password": "salah"}
        with pytest.raises(MailError, match=r"^SMTPAuthenticationError 535$"):
            await send(office, "koko@kantor.example", "Halo", "Teks", **wrong)
    with pytest.raises(MailError, match=r"^ConnectionRefusedError$"):
        await send(office, "koko@kantor.example", "Halo", "Teks")


async def test_a_line_in_the_subject_makes_no_further_header() -> None:
    async with mail_server() as office:
        with pytest.raises(MailError):
            await send(office, "a@example.org", "Halo\nBcc: b@example.org", "Teks")


async def test_a_server_that_hangs_takes_no_thread_that_others_need() -> None:
    async with silent_server() as (office, connected):
        loop, mailer = asyncio.get_running_loop(), Mailer(settings(office))
        loop.set_default_executor(ThreadPoolExecutor(1))
        mail = asyncio.create_task(mailer.send("a@example.org", "Halo", "Teks"))
        await connected.wait()
        async with asyncio.timeout(WITHIN_S / 2):
            assert await asyncio.to_thread(lambda: "done") == "done"
        mailer.close()
    with pytest.raises(MailError):
        await mail


# --- who gets one ---------------------------------------------------------------------------------------------------


@pytest.fixture
async def people(store: Store) -> None:
    for account in (
        Account("koko", "Koko", Role.COORDINATOR, email="koko@kantor.example"),
        Account("kiki", "Kiki", Role.COORDINATOR, language="en", email="kiki@kantor.example"),
        Account("pipit", "Pipit", Role.PIC, unit="kota-bandung-1", email="pipit@kantor.example"),
        Account("other", "Other", Role.PIC, unit="kota-bogor", email="other@kantor.example"),
        Account("silent", "Silent", Role.PIC, unit="kota-bandung-1", email="s@kantor.example", email_notices=False),
        Account("gone", "Gone", Role.COORDINATOR, email="gone@kantor.example", active=False),
        Account("operator1", "Ayu", Role.OPERATOR),
    ):
        await store.accounts.create(account, "hash", NOON)


class Told:
    """What webhooks were told."""

    def __init__(self) -> None:
        self.people: list[tuple[str, str]] = []
        self.said: list[str] = []

    def __call__(self, event: str, members: Any, at: float) -> None:
        assert event == "person.notice"
        self.people.append((members["person"], members["about"]))
        self.said.append(str(members))


@pytest.fixture
async def start(store: Store, clock: Clock, people: None) -> AsyncIterator[Start]:
    """`notifier, told = await start(office)`; `connected` are those who have a page open."""
    async with AsyncExitStack() as stack:

        async def started(
            office: Office, connected: set[str] | None = None, every_s: float = 600.0, give_up_s: float = 3600.0
        ) -> Any:
            told, open_pages = Told(), connected if connected is not None else set()
            mailer = Mailer(settings(office))
            stack.callback(mailer.close)
            made = Notifier(
                store,
                open_pages.__contains__,
                mailer,
                told,
                clock,
                pages=PAGES,
                every_s=every_s,
                give_up_s=give_up_s,
                gather_s=0.2,
            )
            await made.start()
            stack.push_async_callback(made.stop)
            return made, told

        yield started


async def saved(store: Store, escalation: Escalation | None, serial: int = 1) -> Ticket:
    """A ticket with this question, stored."""
    ticket = replace(full_ticket(serial), step=Step.ANSWER, closed_at=None, closed_as=None, escalation=escalation)
    await store.tickets.open(ticket)
    return ticket


def asked(notifier: Notifier, ticket: Ticket) -> None:
    notifier.heard(replace(ticket, escalation=None), ticket, "operator1", NOON)


async def letters(office: Office, count: int) -> list[str]:
    """Whom the first letters went to, sorted."""
    async with asyncio.timeout(10):
        while len(office.letters) < count:
            await asyncio.sleep(0.02)
    await asyncio.sleep(0.2)  # one too many would be here by now
    return sorted(office.to)


async def the_mail(store: Store, state: str, *, tries: int = 0) -> Delivery:
    """The only mail, once it is in this state and was tried so often."""
    async with asyncio.timeout(15):
        while True:
            page = await store.mails.of(None, state=None, limit=10, cursor=None)
            if page.items and (page.items[0].state, page.items[0].tries >= tries) == (state, True):
                (mail,) = page.items
                return mail
            await asyncio.sleep(0.02)


async def test_a_question_is_mailed_to_coordinators_without_a_page_and_says_nothing_of_the_caller(
    store: Store, start: Start
) -> None:
    async with mail_server() as office:
        notifier, told = await start(office)
        asked(notifier, await saved(store, ASKED))
        assert await letters(office, 2) == ["kiki@kantor.example", "koko@kantor.example"]

    by_person = dict(zip(office.to, office.letters, strict=True))
    indonesian, english = by_person["koko@kantor.example"], by_person["kiki@kantor.example"]
    assert indonesian["Subject"] == "Sambut: tiket HTL-2025-000001 menunggu Anda"
    assert english["Subject"] == "Sambut: ticket HTL-2025-000001 waits for you"
    assert f"{PAGES}/tickets/HTL-2025-000001" in indonesian.get_content()
    assert sorted(told.people) == [("kiki", "asked"), ("koko", "asked")]
    everything = "".join(letter.as_string() for letter in office.letters) + "".join(told.said)
    for personal in ("Ratna", "STNK", "D 1234", "62812", "bukti"):
        assert personal not in everything


async def test_while_one_coordinator_has_a_page_open_nobody_is_mailed(store: Store, start: Start) -> None:
    async with mail_server() as office:
        notifier, told = await start(office, {"kiki"})
        asked(notifier, await saved(store, ASKED))
        await asyncio.sleep(2)

    assert (office.letters, told.people) == ([], [])


async def test_a_pic_of_the_unit_is_mailed_and_no_other(store: Store, start: Start) -> None:
    async with mail_server() as office:
        notifier, told = await start(office)
        ticket = await saved(store, AT_PIC)
        notifier.heard(replace(ticket, escalation=TAKEN), ticket, "koko", NOON)
        assert await letters(office, 1) == ["pipit@kantor.example"]

    assert sorted(told.people) == [("pipit", "pic"), ("silent", "pic")]  # who wants no mail may want another way


async def test_nobody_is_told_of_what_they_did_themselves_or_of_what_is_done_by_then(
    store: Store, start: Start
) -> None:
    async with mail_server() as office:
        notifier, _ = await start(office)
        taken = await saved(store, TAKEN)
        notifier.heard(replace(taken, escalation=ASKED), taken, "koko", NOON)
        gone = await saved(store, ASKED, 2)
        asked(notifier, gone)
        withdrawn = replace(ASKED, state=EscalationState.WITHDRAWN, to="")
        await store.tickets.save(replace(gone, escalation=withdrawn), 1, "operator1", NOON)
        await asyncio.sleep(2)

    assert office.letters == []


async def test_what_comes_together_is_one_mail_and_the_next_waits_its_time(
    store: Store, start: Start, clock: Clock
) -> None:
    async with mail_server() as office:
        notifier, _ = await start(office)
        to_koko = replace(TAKEN, asked_by="operator1")
        for serial in (1, 2, 3):
            ticket = await saved(store, to_koko, serial)
            notifier.heard(replace(ticket, escalation=ASKED), ticket, "supervisor", NOON)
        assert await letters(office, 1) == ["koko@kantor.example"]
        assert office.letters[0]["Subject"] == "Sambut: 3 tiket menunggu Anda"
        late = await saved(store, to_koko, 4)
        notifier.heard(replace(late, escalation=ASKED), late, "supervisor", NOON)
        await asyncio.sleep(2)
        assert len(office.letters) == 1
        clock.ahead = 601
        assert await letters(office, 2) == ["koko@kantor.example"] * 2
        assert "HTL-2025-000004" in office.letters[1].get_content()


async def test_whoever_opens_a_page_meanwhile_needs_no_mail(store: Store, start: Start) -> None:
    pages: set[str] = set()
    async with mail_server() as office:
        notifier, _ = await start(office, pages)
        asked(notifier, await saved(store, ASKED))
        pages |= {"koko", "kiki"}
        await asyncio.sleep(2)

    assert office.letters == []


async def test_after_a_restart_what_still_waits_is_told(store: Store, start: Start) -> None:
    await saved(store, TAKEN)
    async with mail_server() as office:
        await start(office)
        assert await letters(office, 1) == ["koko@kantor.example"]


async def test_what_was_mailed_before_a_restart_is_not_mailed_again(store: Store, start: Start, clock: Clock) -> None:
    await saved(store, TAKEN)
    async with mail_server() as office:
        first, _ = await start(office)
        assert await letters(office, 1) == ["koko@kantor.example"]
        await the_mail(store, "delivered")
        await first.stop()
        clock.ahead = 3000
        await start(office)
        await asyncio.sleep(2)

    assert len(office.letters) == 1


async def test_an_alarm_outlives_a_stop_before_it_was_mailed_and_while_no_server_took_it(
    store: Store, start: Start, clock: Clock
) -> None:
    async with mail_server() as office:
        office.busy = 1
        first, _ = await start(office)
        first.notify(["koko"], "overdue_answer", await saved(store, None))
        await first.stop()
        second, _ = await start(office)
        assert (await the_mail(store, "waiting", tries=1)).last_status == 451
        await second.stop()
        clock.ahead = LEASE_S
        await start(office)
        assert await letters(office, 1) == ["koko@kantor.example"]

    assert (await the_mail(store, "delivered")).tries == 2


async def test_an_alarm_that_is_just_being_stored_outlives_a_stop(
    store: Store, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with mail_server() as office:
        notifier, _ = await start(office)
        ticket, begun = await saved(store, None), hangs_once(monkeypatch, store.accounts, "list")
        notifier.notify(["koko"], "overdue_answer", ticket)
        await begun.wait()
        await notifier.stop()

    assert (await the_mail(store, "waiting")).to == "koko"


async def test_who_has_no_mail_is_told_by_webhook_once_also_over_a_restart(
    store: Store, start: Start, clock: Clock
) -> None:
    await saved(store, AT_PIC)
    async with mail_server() as office:
        first, told = await start(office)
        assert await letters(office, 1) == ["pipit@kantor.example"]
        assert sorted(told.people) == [("pipit", "pic"), ("silent", "pic")]
        await first.stop()
        clock.ahead = 3000
        _, told_again = await start(office)
        await asyncio.sleep(2)

    assert told_again.people == []
    kept = (await store.mails.of("silent", state="delivered", limit=10, cursor=None)).items
    assert [(each.tries, each.last_status, each.last_answer) for each in kept] == [(0, None, "by webhook")]


async def test_a_mail_that_no_server_takes_is_given_up_by_the_rule_and_said_so(
    store: Store, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sambut.notices.FIRST_PAUSE_S", 0.1)
    async with mail_server() as office:
        office.busy = 1000
        notifier, _ = await start(office, give_up_s=2.0)
        notifier.notify(["koko"], "overdue_answer", await saved(store, None))
        given_up = await the_mail(store, "failed")

    assert (given_up.event, given_up.last_answer) == ("overdue_answer", "SMTPDataError 451")
    assert given_up.tries > 1


async def test_admins_hear_of_a_webhook_that_was_switched_off_whether_or_not_a_page_is_open(
    store: Store, start: Start
) -> None:
    await store.accounts.create(Account("admin", "Admin", Role.ADMIN, email="admin@kantor.example"), "hash", NOON)
    async with mail_server() as office:
        notifier, told = await start(office, {"admin"})
        notifier.webhook_disabled("Portal")
        assert await letters(office, 1) == ["admin@kantor.example"]

    assert (office.letters[0]["Subject"], told.people) == ("Sambut: webhook Portal", [])


@pytest.mark.parametrize(
    ("about", "subject"),
    [("sign_ins_refused", "Sambut: banyak upaya masuk ditolak"), ("sip_refused", "Sambut: banyak paket SIP ditolak")],
)
async def test_admins_are_mailed_of_many_refusals_page_open_or_not(
    store: Store, start: Start, about: str, subject: str
) -> None:
    await store.accounts.create(Account("admin", "Admin", Role.ADMIN, email="admin@kantor.example"), "hash", NOON)
    async with mail_server() as office:
        notifier, told = await start(office, {"admin"})
        notifier.attacked(about, 57)
        assert await letters(office, 1) == ["admin@kantor.example"]

    assert (office.letters[0]["Subject"], told.people) == (subject, [])
    assert "57 " in office.letters[0].get_content()


async def test_a_server_that_is_busy_is_asked_again(
    store: Store, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sambut.notices.FIRST_PAUSE_S", 0.1)
    async with mail_server() as office:
        office.busy = 2
        notifier, _ = await start(office)
        ticket = await saved(store, TAKEN)
        notifier.heard(replace(ticket, escalation=ASKED), ticket, "supervisor", NOON)
        assert await letters(office, 1) == ["koko@kantor.example"]


async def test_an_alarm_reaches_each_of_those_it_names(store: Store, start: Start) -> None:
    async with mail_server() as office:
        notifier, _ = await start(office, {"kiki"})
        notifier.notify(["koko", "kiki"], "overdue_answer", await saved(store, ASKED))
        assert await letters(office, 1) == ["koko@kantor.example"]

    assert "sudah melewati waktu standar" in office.letters[0].get_content()
