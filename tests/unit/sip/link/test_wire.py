"""Batches of messages: cut anywhere they come whole, torn they are refused, and every message comes as it went."""

from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest

from sip import events
from sip.dialogs import Dialog
from sip.door import Admission
from sip.link import messages as say
from sip.link.wire import LONGEST, Frames, TornError, batch
from sip.options import AgentOptions, Credentials, Registration, Tls, Turn
from sip.tls_peers import TlsTrunk

DIALOG = Dialog("id@host", "<sip:a@b>;tag=1", "<sip:c@d>;tag=2", "sip:c@10.0.0.9:5070", ("<sip:proxy;lr>",))
OPTIONS = AgentOptions(
    bind="0.0.0.0",
    port=5062,
    tls=Tls(5063, Path("/etc/cert.pem"), Path("/etc/key.pem")),
    wide_codecs=("G722",),
    registrations=(Registration("trunk", "sip.example", "me", "secret"),),
    credentials=(Credentials("other", "sip.example", "me", "secret"),),
    turn=Turn("turn.example:3478", "me", "secret", tcp=True),
    admission=Admission(
        trunks=("10.0.0.0/8",),
        phones=("192.168.0.0/16",),
        strangers="drop",
        calls_per_s=7.5,
        listening=(("10.0.0.0/8", 5061),),
        owners=(("10.0.0.0/8", "t"),),
    ),
)
PLACE = ("10.0.0.7", 5061, "abcdef")
FROM_SERVICE = [
    say.Configure(OPTIONS, 17, say.TlsRules((TlsTrunk("t", frozenset({"sip.example"}), "ab"),), pins={"ayu": PLACE})),
    say.Pulse(),
    say.Farewell((DIALOG, DIALOG)),
    say.Shutdown(),
    say.Admit(replace(OPTIONS.admission, strangers="refuse")),
    say.Pin("ayu", *PLACE),
    say.PlaceCall(3, "sip:a@b", {"X-A": "b"}, "trunk", "sip:us@b", wide=True, strict_rtp=True),
    say.OpenLine(5, "operator1", wide=False),
    say.AnswerLine(5, "v=0\r\n", "10.0.0.1"),
    say.Renewed(5, 7),
    say.Answer(2, strict_rtp=False),
    say.HangUp(2, 486),
    say.SendDigits(2, "12#"),
    say.Play(2, (Path("/a.wav"), Path("/b.wav")), -4),
    say.PlayMusic(2, Path("/m.wav")),
    say.StopPlaying(2),
    say.Record(2, Path("/r.wav")),
    say.StopRecording(2),
    say.Join(2, 3),
    say.Part(2, 3),
    say.Mute(3, muted=True),
    say.RecordWith(7, 3),
    say.Rest(5),
]
FROM_ENGINE = [
    say.Hello(1, "0.2.0", "abc", 77),
    say.Refused("why"),
    say.Started("127.0.0.1:5060", None),
    say.Failed("port in use"),
    say.Alive({"passed": 4}, 2),
    say.InDialog(2, DIALOG),
    say.Closed(),
    events.IncomingCall(2, "10.0.0.1", "hotline", "id", {"from": "+62811"}, "+62812"),
    events.LegRinging(3),
    events.LegAnswered(3),
    events.MediaActive(3, wide=True),
    events.DigitPressed(2, "#"),
    events.PlaybackFinished(2, -4),
    events.RecordingClosed(2, Path("/r.wav"), 1.5),
    events.RecordingFailed(2, Path("/r.wav"), "disk full"),
    events.LegSilent(2, 2.5),
    events.LegHeard(2),
    events.Quality(2, 4.2, 0.5, 3.25, None, "PCMU", 8000, final=True),
    events.LineOffer(5, "v=0\r\n"),
    events.LineUp(5),
    events.LegEnded(2, 200, "Normal", by_us=False, cause=16),
    events.RegistrationChanged("trunk", active=True, status=200),
    events.TlsRefused("t", "10.0.0.7", "name", "ab"),
    events.SoundDeviceLost(),
]


@pytest.mark.parametrize(("kinds", "messages"), [(say.FromService, FROM_SERVICE), (say.FromEngine, FROM_ENGINE)])
@pytest.mark.parametrize("piece", [1, 7, 1_000_000])
def test_every_message_comes_as_it_went_however_the_stream_is_cut(kinds: type, messages: list, piece: int) -> None:
    assert {type(each) for each in messages} == set(get_args(kinds)), "a message is missing here"
    came: list[object] = []
    frames: Frames = Frames(kinds, came.append)
    stream = batch(messages[:3]) + batch(messages[3:])
    for start in range(0, len(stream), piece):
        frames.feed(stream[start : start + piece])
    assert came == messages and not frames.is_torn


def test_half_a_batch_is_known_to_be_one() -> None:
    frames: Frames = Frames(say.FromEngine, lambda _: None)
    frames.feed(batch([say.Closed()])[:-1])
    assert frames.is_torn


@pytest.mark.parametrize(
    "torn",
    [
        (LONGEST + 1).to_bytes(4, "little"),
        (3).to_bytes(4, "little") + b"\xc1\xc1\xc1",
        batch([say.Started("a", None)]),  # what only an engine says
        (10).to_bytes(4, "little") + b"\x91\x92\xa6HangUp\x02",  # a field too few
    ],
    ids=["too long", "no MessagePack", "not to an engine", "a field too few"],
)
def test_what_is_torn_is_refused(torn: bytes) -> None:
    frames: Frames = Frames(say.FromService, lambda _: pytest.fail("something was taken"))
    with pytest.raises(TornError):
        frames.feed(torn)


def test_a_field_of_another_kind_is_refused() -> None:
    came: list[object] = []
    frames: Frames = Frames(say.FromService, came.append)
    frames.feed(batch([say.HangUp(1, 486)]))
    with pytest.raises(TornError, match="Expected `int`"):
        frames.feed(batch([say.HangUp("one", 486)]))  # type: ignore[arg-type]
    assert came == [say.HangUp(1, 486)]
