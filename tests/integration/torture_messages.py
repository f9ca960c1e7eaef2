"""SIP messages after RFC 4475, "SIP Torture Test Messages": strange but valid ones, and broken ones.

Written from the RFC's descriptions, under its names, each with the section that says what is special about it. Hosts
are changed to the loopback so that answers come back: `{via}` stands for the sender's host:port, `{transport}` for UDP
or TCP, `{target}` for the host:port of the server. `python -m tests.integration.torture_messages FOLDER` writes them as
files, for other tools.
"""

import sys
from dataclasses import dataclass
from pathlib import Path

SDP = """\
v=0
o=mhandley 29739 7272939 IN IP4 127.0.0.1
s=-
c=IN IP4 127.0.0.1
t=0 0
m=audio 49217 RTP/AVP 0 12
m=video 3227 RTP/AVP 31
a=rtpmap:31 LPC
"""


@dataclass(frozen=True, slots=True)
class Torture:
    """One message. `valid`: the RFC wants it understood, so a request gets some answer.

    The others may be refused, dropped or generously answered; but nobody may crash, hang or lose a call over them.
    """

    name: str
    section: str
    valid: bool
    text: str
    body: bytes = b""

    @property
    def method(self) -> str:
        """The method of a request; of a response, its version."""
        return self.text.split()[0]

    def encoded(self, via: str, transport: str = "UDP", target: str = "127.0.0.1:5060") -> bytes:
        """The message as it goes on the wire."""
        text = self.text.replace("{via}", via).replace("{transport}", transport).replace("{target}", target)
        return text.replace("\n", "\r\n").encode("utf-8", "surrogateescape") + self.body


def message(name: str, section: str, text: str, *, valid: bool = False, body: str | bytes = b"") -> Torture:
    """`{length}` in `text` becomes the true length of `body`, whose lines end in CRLF."""
    raw = body.replace("\n", "\r\n").encode() if isinstance(body, str) else body
    head = text.replace("{length}", str(len(raw)))
    return Torture(name, section, valid, head, raw)


def ordinary(
    method: str,
    name: str,
    *,
    uri: str = "sip:user@{target}",
    to: str = "sip:j.user@example.com",
    sender: str = "sip:caller@example.net;tag=134161461246",
    extra: str = "",
    cseq: str = "8",
    version: str = "SIP/2.0",
    length: str = "{length}",
) -> str:
    """A message in which everything is ordinary but what is given."""
    return (
        f"{method} {uri} {version}\n"
        f"Via: SIP/2.0/{{transport}} {{via}};branch=z9hG4bKkdj{name}\n"
        f"Max-Forwards: 70\nFrom: {sender}\nTo: {to}\nCall-ID: {name}.0ha0isndaksdj\n"
        f"CSeq: {cseq} {method}\nContact: <sip:caller@{{via}}>\n{extra}Content-Length: {length}\n\n"
    )


def _invite(name: str, section: str, *, valid: bool = False, body: str = SDP, **changes: str) -> Torture:
    changes["extra"] = changes.get("extra", "") + "Content-Type: application/sdp\n"
    return message(name, section, ordinary("INVITE", name, **changes), valid=valid, body=body)


def _options(name: str, section: str, *, valid: bool = False, **changes: str) -> Torture:
    return message(name, section, ordinary("OPTIONS", name, **changes), valid=valid)


def _register(name: str, section: str, *, valid: bool = False, **changes: str) -> Torture:
    return message(name, section, ordinary("REGISTER", name, **changes), valid=valid)


_METHOD_OF_ALL_TOKENS = "!interesting-Method0123456789_*+`.%indeed'~"

VALID = (
    message(
        "wsinv",
        "3.1.1.1",
        "INVITE sip:vivekg@{target};unknownparam SIP/2.0\n"
        "TO :\n sip:vivekg@example.com ;   tag    = 1918181833n\n"
        'from   : "J Rosenberg \\\\\\""       <sip:jdrosen@example.com>\n  ;\n  tag = 98asjd8\n'
        "MaX-fOrWaRdS: 0068\nCall-ID: wsinv.ndaksdj@127.0.0.1\nContent-Length   : {length}\n"
        "cseq: 0009\n  INVITE\n"
        "Via  : SIP  /   2.0\n /{transport}\n    {via};branch=390skdjuw\n"
        "s :\nNewFangledHeader:   newfangled value\n continued newfangled value\n"
        "UnknownHeaderWithUnusualValue: ;;,,;;,;\nContent-Type: application/sdp\n"
        "Route:\n <sip:{target};unknownwith=value;unknown-no-value;lr>\n"
        "v:  SIP  / 2.0  / TCP     127.0.0.1  ;\n  branch  =   z9hG4bK9ikj8  ,\n"
        " SIP  /    2.0   / UDP  127.0.0.1   ; branch=\n z9hG4bK30239\n"
        'm:"Quoted string \\"\\"" <sip:jdrosen@example.com> ; newparam =\n      newvalue ;\n'
        "  secondparam ; q = 0.33\n\n",
        valid=True,
        body=SDP,
    ),
    message(
        "intmeth",
        "3.1.1.2",
        f"{_METHOD_OF_ALL_TOKENS} sip:1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*"
        ":&it+has=1,weird!*pas$wo~d_too.(doesn't-it)@{target} SIP/2.0\n"
        "Via: SIP/2.0/{transport} {via};branch=z9hG4bK-.!%66*_+`'~\n"
        'To: "BEL:\\\x07 NUL:\\\x00 DEL:\\\x7f" <sip:1_unusual.URI~(to-be!sure)&isn\'t+it$/crazy?,/;;*@example.com>\n'
        "From: token1~` token2'+_ token3*%!.- <sip:mundane@example.com>;fromParam''~+*_!.-%="
        '"\u0440\u0430\u0431\u043e\u0442\u0430\u044e\u0449\u0438\u0439";tag=_token~1\'+`*%!-.\n'
        "Call-ID: intmeth.word%ZK-!.*_+'@word`~)(><:\\/\"][?}{\n"
        f"CSeq: 139122385 {_METHOD_OF_ALL_TOKENS}\nMax-Forwards: 255\n"
        "extensionHeader-!.%*+_`'~: \ufeff\u5927\u505c\u96fb\nContent-Length: 0\n\n",
        valid=True,
    ),
    _invite(
        "esc01",
        "3.1.1.3",
        valid=True,
        uri="sip:sips%3Auser%40example.com@{target}",
        to="sip:%75se%72@example.com",
        sender="<sip:I%20have%20spaces@example.net>;tag=938",
    ),
    _register(
        "escnull",
        "3.1.1.4",
        valid=True,
        uri="sip:{target}",
        to="sip:null-%00-null@example.com",
        sender="sip:null-%00-null@example.com;tag=839923423",
        extra="Contact: <sip:%00@{via}>\nContact: <sip:%00%00@{via}>\n",
    ),
    message(
        "esc02",
        "3.1.1.5",
        ordinary("RE%47IST%45R", "esc02", extra="Contact: <alias2@host2.example.com>\n"),
        valid=True,
    ),
    _options(
        "lwsdisp", "3.1.1.6", valid=True, sender="caller<sip:caller@example.com>;tag=323", to="sip:user@example.com"
    ),
    _invite(
        "longreq",
        "3.1.1.7",
        valid=True,
        to=f'"I have a user name of {"extreme" * 30} proportion"<sip:user@example.com:6000;unknownparam1='
        f"very{'long' * 60}value;longparam{'name' * 40}=shortvalue;very{'long' * 20}ParameterNameWithNoValue>",
        sender=f"sip:{'amazinglylongcallername' * 10}@example.net;tag=12{'982' * 80}424;unknownheaderparam"
        f"{'name' * 40}=unknowheaderparam{'value' * 30};unknownValueless{'paramname' * 20}",
        extra=f"Unknown-{'Long' * 40}-Name: unknown-{'long' * 40}-value; unknown-{'long' * 40}-parameter-name = "
        f"unknown-{'long' * 40}-parameter-value\n"
        + "".join(
            f"Via: SIP/2.0/TCP sip{n}.example.com;branch=z9hG4bK{'very' * 15}longbranchvalue\n" for n in range(33)
        ),
    ),
    message(
        "dblreq",
        "3.1.1.8",
        ordinary("OPTIONS", "dblreq", length="0"),
        valid=True,
        body=ordinary("INVITE", "dblreq.second", uri="sip:user@127.0.0.1", length="0").format(
            transport="UDP", via="127.0.0.1"
        ),
    ),
    _options("semiuri", "3.1.1.9", valid=True, uri="sip:user;par=u%40example.net@{target}"),
    _options(
        "transports",
        "3.1.1.10",
        valid=True,
        extra="".join(
            f"Via: SIP/2.0/{transport} t{n}.example.com;branch=z9hG4bK{n}\n"
            for n, transport in enumerate(("SCTP", "TLS", "UNKNOWN", "TCP"))
        ),
    ),
    message(
        "mpart01",
        "3.1.1.11",
        ordinary("MESSAGE", "mpart01", extra='Content-Type: multipart/mixed;boundary="7a9cbec02ceef655"\n'),
        valid=True,
        body=b"--7a9cbec02ceef655\r\nContent-Type: text/plain\r\n\r\nHello\r\n--7a9cbec02ceef655\r\n"
        b"Content-Type: application/octet-stream\r\n\r\n0\x82\x01R\x06\x09*\x86\x00\xff\xfe\r\n"
        b"--7a9cbec02ceef655--\r\n",
    ),
    message(
        "unreason",
        "3.1.1.12",
        "SIP/2.0 200 = 2**3 * 5**2 \u043d\u043e "
        "\u0441\u0442\u043e \u0434\u0435\u0432\u044f\u043d\u043e\u0441\u0442\u043e\n"
        "Via: SIP/2.0/{transport} {target};branch=z9hG4bK1324923\nCall-ID: unreason.1234ksdfak3j2erwedfsASdf\n"
        "CSeq: 35 INVITE\nFrom: sip:user@example.com;tag=11141343\nTo: sip:user@example.edu;tag=2229\n"
        "Content-Length: {length}\nContent-Type: application/sdp\nContact: <sip:user@{via}>\n\n",
        valid=True,
        body=SDP,
    ),
    message(
        "noreason",
        "3.1.1.13",
        "SIP/2.0 100 \nVia: SIP/2.0/{transport} {target};branch=z9hG4bK2398ndaoe\n"
        "Call-ID: noreason.asndj203insdf99223ndf\n"
        "CSeq: 35 INVITE\nFrom: <sip:user@example.com>;tag=39ansfi3\nTo: <sip:user@example.edu>;tag=902jndnke3\n"
        "Content-Length: 0\nContact: <sip:user@{via}>\n\n",
        valid=True,
    ),
)

INVALID = (
    message(
        "badinv01",
        "3.1.2.1",
        "INVITE sip:user@{target} SIP/2.0\nTo: sip:j.user@example.com\nFrom: sip:caller@example.net;tag=134161461246\n"
        "Max-Forwards: 7\nCall-ID: badinv01.0ha0isndaksdjasdf3234nas\nCSeq: 8 INVITE\n"
        "Via: SIP/2.0/{transport} {via};;,;,,\n"
        'Contact: "Joe" <sip:joe@example.org>;;;;\nContent-Length: {length}\nContent-Type: application/sdp\n\n',
        body=SDP,
    ),
    _invite("clerr", "3.1.2.2", length="9999"),
    _invite("ncl", "3.1.2.3", length="-999"),
    _register(
        "scalar02",
        "3.1.2.4",
        uri="sip:{target}",
        cseq="36893488147419103232",
        extra="Expires: 10000000000000000000000000000000000000000000000000000000000\n",
    ),
    message(
        "scalarlg",
        "3.1.2.5",
        "SIP/2.0 503 Service Unavailable\n"
        "Via: SIP/2.0/{transport} {target};branch=z9hG4bKzzxdiwo34sw;received=127.0.0.1\n"
        "To: <sip:user@example.com>;tag=1\nFrom: <sip:other@example.net>;tag=2easdjfejw\n"
        "CSeq: 9292394834772304023312 OPTIONS\n"
        "Call-ID: scalarlg.noase0of0234hn2qofoaf0232aewf2394r\nRetry-After: 949302838503028349304023988\n"
        'Warning: 1812 overture "In Progress"\nContent-Length: 0\n\n',
    ),
    _invite("quotbal", "3.1.2.6", to='"Mr. J. User <sip:j.user@example.com>'),
    _invite("ltgtruri", "3.1.2.7", uri="<sip:user@{target}>"),
    _invite("lwsruri", "3.1.2.8", uri="sip:user@{target}; lr"),
    _invite("lwsstart", "3.1.2.9", uri=" sip:user@{target} "),
    _options("trws", "3.1.2.10", version="SIP/2.0  "),
    _invite("escruri", "3.1.2.11", uri="sip:user@{target}?Route=%3Csip:example.com%3E"),
    _invite("baddate", "3.1.2.12", extra="Date: Fri, 01 Jan 2010 16:00:00 EST\n"),
    _register(
        "regbadct",
        "3.1.2.13",
        uri="sip:{target}",
        extra="Contact: sip:user@example.com?Route=%3Csip:sip.example.com%3E\n",
    ),
    _options(
        "badaspec",
        "3.1.2.14",
        sender="<sip:user@example.org> ;tag=bo",
        to='"Watson, Thomas" < sip:t.watson@example.org >',
    ),
    _options(
        "baddn",
        "3.1.2.15",
        sender="Bell, Alexander <sip:a.g.bell@example.com>;tag=43",
        to="Watson, Thomas <sip:t@x.org>",
    ),
    _options("badvers", "3.1.2.16", version="SIP/7.0"),
    message("mismatch01", "3.1.2.17", ordinary("OPTIONS", "mismatch01").replace("CSeq: 8 OPTIONS", "CSeq: 8 INVITE")),
    message(
        "mismatch02",
        "3.1.2.18",
        ordinary("NEWMETHOD", "mismatch02").replace("CSeq: 8 NEWMETHOD", "CSeq: 8 INVITE"),
        body=SDP,
    ),
    message(
        "bigcode",
        "3.1.2.19",
        "SIP/2.0 4294967301 better not break the receiver\nVia: SIP/2.0/{transport} {target};branch=z9hG4bK1\n"
        "Call-ID: bigcode.asdof3uj203asdnf3429uasdhfas3ehjasdfas9i\nCSeq: 353494 INVITE\n"
        "From: <sip:user@example.com>;tag=39ansfi3\nTo: <sip:user@example.edu>;tag=902jndnke3\nContent-Length: 0\n\n",
    ),
    message(
        "badbranch",
        "3.2.1",
        ordinary("OPTIONS", "badbranch").replace(";branch=z9hG4bKkdjbadbranch", ";branch=z9hG4bK"),
    ),
    message(
        "insuf",
        "3.3.1",
        "INVITE sip:user@{target} SIP/2.0\nCSeq: 193942 INVITE\n"
        "Via: SIP/2.0/{transport} {via};branch=z9hG4bKkdj.insuf\n"
        "Content-Type: application/sdp\nContent-Length: {length}\n\n",
        body=SDP,
    ),
    _options("unkscm", "3.3.2", uri="nobodyKnowsThisScheme:totallyopaquecontent"),
    _options("novelsc", "3.3.3", uri="soap.beep://192.0.2.103:3002"),
    _register("unksm2", "3.3.4", uri="sip:{target}", to="isbn:2983792873", extra="Contact: <name:John_Smith>\n"),
    _options("bext01", "3.3.5", extra="Require: nothingSupportsThis, nothingSupportsThisEither\n"),
    message(
        "invut",
        "3.3.6",
        ordinary("INVITE", "invut", extra="Content-Type: application/unknownformat\n"),
        body="<audio>\n",
    ),
    _register(
        "regaut01",
        "3.3.7",
        uri="sip:{target}",
        extra="Authorization: NoOneKnowsThisScheme opaque-data=here\n",
    ),
    message(
        "multi01",
        "3.3.8",
        ordinary("INVITE", "multi01").replace(
            "CSeq: 8 INVITE\n",
            "CSeq: 8 INVITE\nCSeq: 59 INVITE\nCall-ID: multi01.second\nTo: sip:other@example.com\n"
            "From: sip:other@example.net;tag=3413415\nMax-Forwards: 5\n",
        ),
        body=SDP,
    ),
    message(
        "mcl01",
        "3.3.9",
        ordinary("OPTIONS", "mcl01", length="13\nContent-Length: 5"),
        body=b"There's no way to know how many octets are supposed to be here.\r\n",
    ),
    message(
        "bcast",
        "3.3.10",
        "SIP/2.0 200 OK\nVia: SIP/2.0/{transport} 255.255.255.255;branch=z9hG4bK1saber23\n"
        "Call-ID: bcast.0384840201234ksdfak3j2erwedfs\n"
        "CSeq: 35 INVITE\nFrom: sip:user@example.com;tag=11141343\nTo: sip:user@example.edu;tag=2229\n"
        "Contact: <sip:user@{via}>\nContent-Type: application/sdp\nContent-Length: {length}\n\n",
        body=SDP,
    ),
    message("zeromf", "3.3.11", ordinary("OPTIONS", "zeromf").replace("Max-Forwards: 70", "Max-Forwards: 0")),
    _register(
        "cparam01", "3.3.12", uri="sip:{target}", extra="Contact: sip:+19725552222@gw1.example.net;unknownparam\n"
    ),
    _register(
        "cparam02", "3.3.13", uri="sip:{target}", extra="Contact: <sip:+19725552222@gw1.example.net;unknownparam>\n"
    ),
    _register(
        "regescrt",
        "3.3.14",
        uri="sip:{target}",
        extra="Contact: <sip:user@example.com?Route=%3Csip:sip.example.com%3E>\n",
    ),
    _invite("sdp01", "3.3.15", extra="Accept: text/nobodyKnowsThis\n", body=""),
    message(
        "inv2543",
        "3.4.1",
        "INVITE sip:UserB@{target} SIP/2.0\nVia: SIP/2.0/{transport} {via}\nFrom: <sip:UserA@example.com>\n"
        "Record-Route: <sip:UserB@{target};maddr=127.0.0.1>\nTo: sip:UserB@example.com\n"
        "Call-ID: inv2543.1717@ims01.example.com\nCSeq: 56 INVITE\nContent-Type: application/sdp\n\n",
        body=SDP,
    ),
)

ALL = VALID + INVALID


def write(folder: Path) -> None:
    """Writes each message as `folder`/{name}.dat, from 127.0.0.1:5061 to 127.0.0.1:5060 over UDP."""
    folder.mkdir(parents=True, exist_ok=True)
    for message in ALL:
        (folder / f"{message.name}.dat").write_bytes(message.encoded("127.0.0.1:5061"))


if __name__ == "__main__":
    write(Path(sys.argv[1]))
