"""What each command of the protocol is to the agent."""

from sip.inside import InsideAgent
from sip.link import messages as say


def carry_out(agent: InsideAgent, command: say.Command) -> None:
    """In the loop's thread; returns at once."""
    match command:
        case say.Admit(admission):
            agent.admit(admission)
        case say.Pin(who, address, port, fingerprint):
            agent.pin(who, address, port, fingerprint)
        case say.PlaceCall(leg, uri, headers, trunk, identity, wide, strict_rtp):
            agent.call(uri, headers, trunk=trunk, identity=identity, wide=wide, strict_rtp=strict_rtp, leg=leg)
        case say.OpenLine(leg, user, wide):
            agent.open_line(user, wide=wide, leg=leg)
        case say.AnswerLine(leg, sdp, peer):
            agent.answer_line(leg, sdp, peer=peer)
        case say.Renewed(old, new):
            agent.renewed(old, new)
        case say.Answer(leg, strict_rtp):
            agent.answer(leg, strict_rtp=strict_rtp)
        case say.HangUp(leg, status):
            agent.hang_up(leg, status)
        case say.SendDigits(leg, digits):
            agent.send_digits(leg, digits)
        case _:
            _to_the_bridge(agent, command)


def _to_the_bridge(agent: InsideAgent, command: say.Command) -> None:
    bridge = agent.mixer
    match command:
        case say.Play(leg, files, number):
            bridge.play(leg, files, number)
        case say.PlayMusic(leg, file):
            bridge.play_music(leg, file)
        case say.StopPlaying(leg):
            bridge.stop_playing(leg)
        case say.Record(leg, file):
            bridge.record(leg, file)
        case say.StopRecording(leg):
            bridge.stop_recording(leg)
        case say.Join(one, other):
            bridge.bridge(one, other)
        case say.Part(one, other):
            bridge.unbridge(one, other)
        case say.Mute(leg, muted):
            bridge.mute(leg, muted)
        case say.RecordWith(leg, other):
            bridge.record_with(leg, other)
        case say.Rest(leg):
            bridge.rest(leg)
        case _:
            raise TypeError(type(command).__name__)
