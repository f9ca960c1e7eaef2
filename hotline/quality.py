"""How good a line sounds, estimated from what the network did to it: the E-model in its simplified form.

ITU-T G.107 rates a connection by R, from 0 to 100. With all its parameters at their defaults, except delay, codec and
loss, it comes down to `R = 93.2 - Id - Ie,eff`, the form of Cole and Rosenbluth, "Voice over IP Performance Monitoring"
(ACM SIGCOMM 2001). MOS is read off R by G.107 Annex B. The scale is that of the narrow band: a perfect G.711 call has
4.41, and so has a perfect wideband one here, though it sounds better.
"""

from dataclasses import dataclass

PERFECT_R = 93.2  # G.107 with its default values: R0 - Is
BAD_MOS = 3.1
"""R = 60, below which G.109 says "nearly all users dissatisfied"."""
WORST_MOS, BEST_MOS = 1.0, 4.5


@dataclass(frozen=True, slots=True)
class Robustness:
    """A codec's place in the E-model (ITU-T G.113 appendix I): what it costs without loss, and how it bears loss.

    `impairment` is Ie on the scale of R; `packet_loss` is Bpl, about the loss in percent that halves what is left.
    """

    impairment: float
    packet_loss: float


WITH_CONCEALMENT = Robustness(0, 25.1)  # G.711 with concealment of losses (G.113 table I.4)
WITHOUT_CONCEALMENT = Robustness(0, 4.3)  # G.711 without (the same)
_CODECS = {
    "G729": Robustness(11, 19),
    "GSM": Robustness(20, 10),
}
"""Who is not named here (PCMA, PCMU, G722, opus) loses nothing by itself and conceals losses as G.711 with concealment;
for G.722 and Opus that is an assumption: G.113 gives no narrow-band figures for them."""


def robustness(codec: str) -> Robustness:
    """Of a codec by its name in SDP, in any case."""
    return _CODECS.get(codec.upper(), WITH_CONCEALMENT)


def delay_impairment(one_way_ms: float) -> float:
    """Id: what a delay from mouth to ear takes from R. Little up to 177 ms, then fast (Cole and Rosenbluth, eq. 1)."""
    return 0.024 * one_way_ms + 0.11 * max(one_way_ms - 177.3, 0.0)


def loss_impairment(loss_percent: float, codec: Robustness, burst_ratio: float = 1.0) -> float:
    """Ie,eff (G.107 clause 3.5): what codec and loss take from R.

    `burst_ratio` is 1 for losses at random, more when they come in bursts.
    """
    ie = codec.impairment
    if loss_percent <= 0:
        return ie
    return ie + (95 - ie) * loss_percent / (loss_percent / burst_ratio + codec.packet_loss)


def rating(one_way_ms: float, loss_percent: float, codec: str) -> float:
    """R of a connection, 0 to 93.2."""
    r = PERFECT_R - delay_impairment(one_way_ms) - loss_impairment(loss_percent, robustness(codec))
    return max(r, 0.0)


def mos_of(r: float) -> float:
    """Mean opinion score, 1.0 (bad) to 4.5 (excellent), of a rating (G.107 Annex B)."""
    if r <= 0:
        return WORST_MOS
    if r >= 100:
        return BEST_MOS
    return max(1 + 0.035 * r + r * (r - 60) * (100 - r) * 7e-6, WORST_MOS)  # the cubic dips below 1 under R = 6.5


def estimated_mos(one_way_ms: float, loss_percent: float, codec: str) -> float:
    """MOS of what is heard at the end of a line.

    `one_way_ms` is the delay from mouth to ear (packets, network, jitter buffer); `loss_percent` what share of the
    sound was not there in time to be played, lost or late; `codec` its name in SDP.
    """
    return mos_of(rating(one_way_ms, loss_percent, codec))


def is_bad(mos: float) -> bool:
    """Whether people will complain of it: worth a warning while it lasts."""
    return mos < BAD_MOS
