"""One call from the caller's phone to a closed ticket, on real SIP with real sound."""

import asyncio
from pathlib import Path

import soundfile

from tests.audio import Samples, has_tone, read, tone
from tests.integration.hotline import Hotline, Person, next_message
from tests.integration.phones import caller, softphone

CALLER_HZ, OPERATOR_HZ = 1300, 700
TALK_S = 3.0


async def test_a_call_is_greeted_popped_bridged_recorded_and_its_ticket_closed(house: Hotline, tmp_path: Path) -> None:
    said, answered = tmp_path / "caller.wav", tmp_path / "operator.wav"
    tone(said, CALLER_HZ, 3, 8000)
    tone(answered, OPERATOR_HZ, 3, 8000)
    heard, heard_by_operator = tmp_path / "heard.wav", tmp_path / "heard-by-operator.wav"
    operator = await house.sign_in("operator1")
    async with softphone(audio=f"file:{answered},{heard_by_operator}", auto_answer=False) as (phone, uri):
        await operator.ready(uri)
        socket = await operator.socket()
        assert (await next_message(socket, "snapshot"))["pop"] is None
        async with caller(house.uri, keys=",1", say=said, save=heard, seconds=60) as call:
            pop = await next_message(socket, "screen_pop")
            assert pop["call"]["kind"] == pop["ticket"]["kind"] == "informasi"
            assert pop["ticket"]["caller"]["number"] == "+6281234567890"
            number = pop["ticket"]["number"]
            assert (await operator.get(f"/tickets/{number}"))["number"] == number, "stored before it was shown"
            await phone.says("ringing")
            phone.type()  # lift the handset
            await phone.says("talking")
            await _walk(operator, number)
            await asyncio.sleep(TALK_S)
            phone.type()  # and put it down again
            assert await call.ended() == 0
            assert "ended by the hotline" in "\n".join(call.lines)
        await _recording_is_right(operator, pop["call"]["id"], tmp_path)
        await socket.close()
    assert has_tone(*_end_of(heard), OPERATOR_HZ), "the caller hears the operator"
    assert has_tone(*_end_of(heard_by_operator), CALLER_HZ), "the operator hears the caller"
    assert "81234567890" not in house.log_text, "a caller's number does not belong in the log"


async def _walk(operator: Person, number: str) -> None:
    """The SOP's steps 1 to 6, each with the fields it needs."""
    for action, fields in (
        ("greet", {}),
        ("identify", {"caller_name": "Siti Aminah", "plate": "d1234abc", "region": "kota-bandung-i-pajajaran"}),
        ("record", {"kind": "informasi", "description": "Jatuh tempo pajak"}),
        ("classify", {"category": "informasi-pkb"}),
        ("close", {"answer": "Tanggal 24 Desember"}),
    ):
        ticket = await operator.get(f"/tickets/{number}")
        if fields:
            status, ticket = await operator.send(
                "PATCH", f"/tickets/{number}", {"version": ticket["version"], **fields}
            )
            assert status == 200, ticket
        body = {"version": ticket["version"]}
        status, ticket = await operator.send("POST", f"/tickets/{number}/actions/{action}", body)
        assert status == 200, ticket
    assert ticket["step"] == "closed" and ticket["plate"] == "D 1234 ABC"


async def _recording_is_right(operator: Person, call_id: str, tmp_path: Path) -> None:
    """Caller left, operator right, playable from the register."""
    recording = None
    for _ in range(100):
        calls = (await operator.get("/calls"))["items"]
        recording = next(call["recording"] for call in calls if call["id"] == call_id)
        if recording is not None:
            break
        await asyncio.sleep(0.1)
    assert recording is not None
    async with operator.http.get(operator.base + recording["url"], headers={"Range": "bytes=0-"}) as response:
        assert response.status == 206
        file = tmp_path / "recording.flac"
        file.write_bytes(await response.read())
    samples, rate = soundfile.read(file)
    assert samples.shape[1] == 2
    assert has_tone(samples[:, 0], rate, CALLER_HZ) and not has_tone(samples[:, 0], rate, OPERATOR_HZ)
    assert has_tone(samples[:, 1], rate, OPERATOR_HZ) and not has_tone(samples[:, 1], rate, CALLER_HZ)


def _end_of(file: Path) -> tuple[Samples, int]:
    """The last two seconds: the conversation, not the prompts before it."""
    samples, rate = read(file)
    return samples[-2 * rate :], rate
