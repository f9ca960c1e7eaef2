"""SIP messages after RFC 5118, "SIP Torture Test Messages for IPv6": addresses with brackets, without, and broken ones.

Written from the RFC's descriptions, under its names, as `torture_messages` is after RFC 4475. Ours is no registrar, so
OPTIONS stands where the RFC has REGISTER. Our sound is over IPv4: a description that wants IPv6 gets 488.
"""

from dataclasses import dataclass

from tests.integration.torture_messages import Torture, message, ordinary

THERE, HERE = "2001:db8::10", "2001:db8::9:1"
IN_A_DIALOG = f"<sip:user@[{THERE}]>;tag=bd76ya"


@dataclass(frozen=True, slots=True)
class Expected:
    """A message, and the final answer that has to come; none: it is dropped."""

    message: Torture
    statuses: frozenset[int]


def _description(*lines: str) -> str:
    return "\n".join(("v=0", f"o=assistant 971731711378798081 0 IN IP6 {HERE}", "s=-", *lines, ""))


def _case(name: str, section: str, *statuses: int, method: str = "OPTIONS", body: str = "", **changes: str) -> Expected:
    changes.setdefault("to", f"<sip:user@[{THERE}]>")
    changes.setdefault("sender", f"<sip:user@[{HERE}]>;tag=81x2")
    if body:
        changes["extra"] = changes.get("extra", "") + "Content-Type: application/sdp\n"
    text = ordinary(method, name, **changes)
    valid = bool(statuses) and 400 not in statuses
    return Expected(message(name, section, text, valid=valid, body=body), frozenset(statuses))


def _via(received: str) -> str:
    return f"Via: SIP/2.0/UDP [{HERE}];received={received};branch=z9hG4bKas3-111\n"


IPV6 = (
    _case("ipv6-good", "4.1", 200, uri=f"sip:[{THERE}]", extra=_via(HERE)),
    _case("ipv6-bad", "4.2", uri=f"sip:{THERE}"),
    _case("port-ambiguous", "4.3", 200, uri=f"sip:[{THERE}:5070]"),
    _case("port-unambiguous", "4.4", 200, uri=f"sip:[{THERE}]:5070"),
    _case("via-received-param-with-delim", "4.5", 481, method="BYE", extra=_via(f"[{HERE[:-1]}255]"), to=IN_A_DIALOG),
    _case("via-received-param-no-delim", "4.5", 200, uri=f"sip:[{THERE}]", extra=_via(f"{HERE[:-1]}255")),
    _case(
        "ipv6-in-sdp", "4.6", 488, method="INVITE", uri=f"sip:user@[{THERE}]",
        body=_description(f"c=IN IP6 {HERE}", "t=0 0", "m=audio 6000 RTP/AVP 8"),
    ),
    _case(
        "mult-ip-in-header", "4.7", 481, method="BYE", uri="sip:user@[2001:db8::20]:5060", to=IN_A_DIALOG,
        extra="Via: SIP/2.0/UDP 192.0.2.1:5060;received=192.0.2.200;branch=z9hG4bKas3\n" + _via("[2001:db8:9::255]"),
    ),
    _case(
        "mult-ip-in-sdp", "4.8", 488, method="INVITE", uri=f"sip:user@[{THERE}]",
        body=_description(
            "t=0 0", "m=audio 22334 RTP/AVP 0", f"c=IN IP6 {HERE}", "m=video 6024 RTP/AVP 107", "c=IN IP4 127.0.0.1",
            "a=rtpmap:107 H263-1998/90000",
        ),
    ),
    _case(
        "ipv4-mapped-ipv6", "4.9", 488, method="INVITE", uri="sip:user@example.com",
        body=_description("c=IN IP6 ::ffff:127.0.0.1", "t=0 0", "m=audio 49217 RTP/AVP 0 12"),
    ),
    # A colon too many: the RFC lets it be ignored, or refused with 400.
    _case("ipv6-bug-abnf-3-colons", "4.10", 200, uri="sip:user@[2001:db8:::192.0.2.1]"),
    _case("ipv6-correct-abnf-2-colons", "4.10", 200, uri="sip:user@[2001:db8::192.0.2.1]"),
)  # fmt: skip
