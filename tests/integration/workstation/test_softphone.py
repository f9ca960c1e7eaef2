"""Real softphones at a real desk, called by real callers: who is let in, who is told what, and who is gone when."""

import asyncio
import hashlib
import os
import signal
import socket
import ssl
import struct
import time
from pathlib import Path

from aiohttp import web

from sambut.workstation.address import make_certificate
from tests.audio import has_tone, tone
from tests.integration.desk.house import House
from tests.integration.desk.people import eventually
from tests.integration.phones import caller, started
from tests.integration.workstation.conftest import SeatAt
from tests.integration.workstation.pulse import saved

RECORD = struct.Struct("llHHi")  # struct input_event of linux/input.h


async def test_the_page_answers_and_hangs_up(seat: SeatAt) -> None:
    async with seat() as here, caller(here.uri, seconds=20) as call:
        await here.phone.says("ringing")
        here.order("answer")
        await here.phone.says("talking")
        here.order("hangup")
        await call.says("ended by the hotline")


async def test_an_order_that_overtakes_the_call_still_answers_it(seat: SeatAt) -> None:
    async with seat() as here, caller(here.uri, seconds=2) as call:
        for _ in range(30):  # the INVITE leaves some time after the process has started
            here.order("answer")
            await asyncio.sleep(0.1)
        await here.phone.says("talking")
        assert await call.ended() == 0


async def test_a_call_without_an_order_rings_on(seat: SeatAt) -> None:
    async with seat() as here, caller(here.uri, seconds=2):
        await here.phone.says("ringing")
        await asyncio.sleep(1.5)
        assert not [line for line in here.phone.lines if "talking" in line]


async def test_the_page_mutes(seat: SeatAt, tmp_path: Path) -> None:
    said, heard = tone(tmp_path / "said.wav", 440, 2), tmp_path / "heard.wav"
    async with (
        seat("--audio", f"file:{said},", "--auto-answer") as here,
        caller(here.uri, seconds=6, save=heard) as call,
    ):
        await here.phone.says("talking")
        await asyncio.sleep(2)
        here.order("mute")
        await asyncio.sleep(2)
        here.order("unmute")
        assert await call.ended() == 0
    samples, rate = saved(heard)
    assert has_tone(samples[rate : int(1.7 * rate)], rate, 440)
    assert not has_tone(samples[int(2.6 * rate) : int(3.7 * rate)], rate, 440)
    assert has_tone(samples[int(4.6 * rate) : int(5.6 * rate)], rate, 440)


async def test_sip_over_tls_with_a_certificate_made_on_the_fly(seat: SeatAt, tmp_path: Path) -> None:
    said, heard = tone(tmp_path / "said.wav", 440, 2), tmp_path / "heard.wav"
    async with seat("--transport", "tls", "--audio", f"file:{said},", "--auto-answer") as here:
        assert here.uri.endswith(";transport=tls")
        async with caller(here.uri, seconds=3, srtp="required", save=heard) as call:
            assert await call.ended() == 0
        await here.phone.says("ended")
    samples, rate = saved(heard)
    assert has_tone(samples[rate : 2 * rate], rate, 440)


async def test_a_call_from_elsewhere_than_the_server_is_refused(seat: SeatAt) -> None:
    async with seat() as here:
        host, port = here.uri.split("@")[1].split(":")
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
            stranger.bind(("127.0.0.3", 0))
            stranger.setblocking(False)
            mine = f"127.0.0.3:{stranger.getsockname()[1]}"
            invite = (
                f"INVITE {here.uri} SIP/2.0\r\nVia: SIP/2.0/UDP {mine};branch=z9hG4bK1\r\nMax-Forwards: 70\r\n"
                f"From: <sip:x@{mine}>;tag=1\r\nTo: <{here.uri}>\r\nCall-ID: 1@{mine}\r\nCSeq: 1 INVITE\r\n"
                f"Contact: <sip:x@{mine}>\r\nContent-Type: application/sdp\r\nContent-Length: 0\r\n\r\n"
            )
            loop = asyncio.get_running_loop()
            await loop.sock_sendto(stranger, invite.encode(), (host, int(port)))
            answers = ""
            async with asyncio.timeout(5):
                while "SIP/2.0 4" not in answers:
                    answers += (await loop.sock_recv(stranger, 4096)).decode()
        assert "403" in answers and "180" not in answers


async def test_a_call_that_does_not_know_what_the_server_was_told_is_refused(seat: SeatAt) -> None:
    async with seat() as here:
        user, _, place = here.uri.partition("@")
        assert len(user) > 40
        async with caller(f"sip:operator1@{place}", seconds=2):
            await here.phone.says("a call that is not the server's was refused")


async def test_a_token_that_is_not_good_ends_it_with_a_status_of_its_own(address: str, tmp_path: Path) -> None:
    (tmp_path / "token").write_text("invented")
    async with started("softphone", "--server", address, "--token-file", str(tmp_path / "token")) as phone:
        await phone.says("token_refused")
        assert await phone.ended() == 3


async def test_a_newer_softphone_takes_over_and_the_older_one_ends(seat: SeatAt) -> None:
    async with seat() as older, seat() as newer:
        await older.phone.says("another softphone of this operator has signed in")
        assert await older.phone.ended() == 3
        ready = next(line for line in newer.phone.lines if line.startswith("ready "))
        assert newer.up and newer.uri.partition("@")[2] in ready


async def test_a_softphone_that_is_dismissed_in_a_call_finishes_it(seat: SeatAt) -> None:
    async with seat("--auto-answer") as here, caller(here.uri, seconds=3) as call:
        await here.phone.says("talking")
        await here.operator.ask("DELETE", "/api/v1/me/phone/token")
        await here.phone.says("token_withdrawn")
        await call.says("3.0 s; ended by this side")
        assert await here.phone.ended() == 3


async def test_a_killed_softphone_is_gone_within_three_seconds(seat: SeatAt) -> None:
    async with seat() as here:
        here.phone.process.send_signal(signal.SIGKILL)
        since = time.monotonic()
        await eventually(lambda: not here.up)
        assert time.monotonic() - since < 3


async def test_a_frozen_softphone_is_gone_within_three_seconds_and_comes_back(seat: SeatAt) -> None:
    async with seat() as here:
        here.phone.process.send_signal(signal.SIGSTOP)
        since = time.monotonic()
        await eventually(lambda: not here.up)
        assert time.monotonic() - since < 3
        here.phone.process.send_signal(signal.SIGCONT)
        await eventually(lambda: here.up)


async def test_it_waits_for_a_server_that_is_away_and_outlives_its_end(
    built: House, token_file: Path, unused_tcp_port: int
) -> None:
    server = f"http://127.0.0.1:{unused_tcp_port}"
    async with started("softphone", "--server", server, "--token-file", str(token_file)) as phone:
        await phone.says("no server (")
        runner = web.AppRunner(built.app, shutdown_timeout=1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", unused_tcp_port).start()
        await phone.says("signed in at the server as operator1")
        await eventually(lambda: "operator1" in built.switchboard.softphones)
        await runner.cleanup()
        await phone.says("no server (it closed the connection)")


async def test_the_servers_certificate_is_checked(built: House, token_file: Path, tmp_path: Path) -> None:
    certificate, key = await make_certificate("127.0.0.1", tmp_path)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    runner = web.AppRunner(built.app, shutdown_timeout=1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context)
    await site.start()
    server = f"https://127.0.0.1:{runner.addresses[0][1]}"
    try:
        async with started("softphone", "--server", server, "--token-file", str(token_file)) as phone:
            await phone.says("certificate verify failed")
        trusting = ("--ca", str(certificate))
        async with started("softphone", "--server", server, "--token-file", str(token_file), *trusting) as phone:
            await phone.says("signed in at the server as operator1")
        der = ssl.PEM_cert_to_DER_cert(certificate.read_text())
        pinned = ("--pin", f"sha256:{hashlib.sha256(der).hexdigest()}")
        async with started("softphone", "--server", server, "--token-file", str(token_file), *pinned) as phone:
            await phone.says("signed in at the server as operator1")
        other = ("--pin", "sha256:" + ":".join(["AB"] * 32))
        async with started("softphone", "--server", server, "--token-file", str(token_file), *other) as phone:
            assert pinned[1] in await phone.says("certificate_changed")
            assert await phone.ended() == 3
    finally:
        await runner.cleanup()


async def test_a_token_does_not_travel_unprotected(token_file: Path) -> None:
    async with started("softphone", "--server", "http://example.org", "--token-file", str(token_file)) as phone:
        await phone.says("use https://")
        assert await phone.ended() == 1


async def test_the_headsets_button_tells_the_server_what_it_means(seat: SeatAt, tmp_path: Path, built: House) -> None:
    button = tmp_path / "event7"
    os.mkfifo(button)
    with button.open("r+b", buffering=0) as pressed:
        async with seat("--button", str(button)) as here, caller(here.uri, seconds=20) as call:
            await here.phone.says("ringing")
            pressed.write(press(169))
            await eventually(lambda: built.switchboard.buttons == [("operator1", "answer")])
            here.order("answer")
            await here.phone.says("talking")
            pressed.write(press(248))
            await eventually(lambda: built.switchboard.buttons[1:] == [("operator1", "mute")])
            pressed.write(press(164))
            await eventually(lambda: built.switchboard.buttons[2:] == [("operator1", "hangup")])
            call.hang_up()


async def test_without_a_server_the_button_answers_and_hangs_up_itself(tmp_path: Path) -> None:
    button = tmp_path / "event7"
    os.mkfifo(button)
    with button.open("r+b", buffering=0) as pressed:
        async with started("softphone", "--port", "0", "--button", str(button)) as phone:
            uri = "sip:" + (await phone.says("ready sip=")).split("sip=", 1)[1].split(";", 1)[0]
            async with caller(uri, seconds=20) as call:
                await phone.says("ringing")
                pressed.write(press(169))
                await phone.says("talking")
                pressed.write(press(169))
                await call.says("ended by the hotline")


def press(code: int) -> bytes:
    """What the kernel writes for a key: its scan code, pressed, end of report, released, end of report."""
    records = ((4, 4, 0xB002F), (1, code, 1), (0, 0, 0), (1, code, 0), (0, 0, 0))
    return b"".join(RECORD.pack(int(time.time()), 0, *each) for each in records)
