"""Reading raw messages at the door, in C, compiled here with the sanitizers' checks of bounds."""

import ctypes
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

ENGINE = Path(__file__).parents[3] / "scripts" / "engine"
INVITE = (
    b"INVITE sip:hotline@h SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKa\r\nVia: SIP/2.0/UDP 192.0.2.2\r\n"
    b"From: <sip:a@h>;tag=1\r\nTo: <sip:hotline@h>\r\nCall-ID: x\r\nCSeq: 1 INVITE\r\nContent-Length: 0\r\n\r\n"
)

# A little program around door_text.c, so that a read past the end ends it: standard input is messages, each with its
# length in front; standard output one line each.
PROGRAM = r"""
#include "pjsip/sambut_door.h"
#include <stdio.h>
#include <stdlib.h>
int main(void)
{
    static const struct door_limits LIMITS = { 15000, 10000, 120, 6000, 400, 8, 60, 12, 6 };
    unsigned length;
    while (fread(&length, sizeof(length), 1, stdin) == 1) {
        char *message = malloc(length ? length : 1), answer[4096];  /* exactly as long: the sanitizer watches its end */
        struct door_head head;
        const char *why = "-";
        if (length && fread(message, length, 1, stdin) != 1)
            return 2;
        door_read_head(message, length, &head);
        int status = door_measure(message, length, &head, &LIMITS, &why);
        size_t written = door_write_answer(&head, 403, "ours", "INVITE", answer, sizeof(answer));
        printf("%d %d %s %d %zu\n", head.is_request, status, why, head.is_inside, written);
        if (written)
            fwrite(answer, written, 1, stdout);
        free(message);
    }
    return 0;
}
"""

Read = Callable[[bytes], tuple[bool, int, str, bool, bytes]]


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Read:
    folder = tmp_path_factory.mktemp("door")
    (folder / "pjsip").mkdir()
    (folder / "pjsip" / "sambut_door.h").symlink_to(ENGINE / "door.h")
    (folder / "main.c").write_text(PROGRAM)
    program = folder / "door"
    command = ["gcc", "-std=gnu99", "-Wall", "-Wextra", "-Werror", "-g", "-O1", "-fsanitize=address,undefined"]
    command += ["-fno-sanitize-recover=all", f"-I{folder}", str(ENGINE / "door_text.c"), str(folder / "main.c")]
    subprocess.run([*command, "-o", str(program)], check=True)

    def ask(message: bytes) -> tuple[bool, int, str, bool, bytes]:
        asked = bytes(ctypes.c_uint(len(message))) + message
        done = subprocess.run([str(program)], input=asked, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr.decode()
        line, _, answer = done.stdout.partition(b"\n")
        is_request, status, why, is_inside, written = line.split()
        assert len(answer) == int(written)
        return is_request == b"1", int(status), why.decode(), is_inside == b"1", answer

    return ask


def test_a_request_is_answered_from_its_own_lines(read: Read) -> None:
    is_request, status, _, is_inside, answer = read(INVITE)
    assert is_request and status == 0 and not is_inside
    assert answer.startswith(b"SIP/2.0 403 Forbidden\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKa\r\nVia:")
    assert b"\r\nTo: <sip:hotline@h>;tag=ours\r\n" in answer and answer.endswith(b"Content-Length: 0\r\n\r\n")


@pytest.mark.parametrize(
    ("to", "is_inside"),
    [
        (b"To: <sip:h@h>;tag=x", True),
        (b"t : <sip:h@h> ; tag = x", True),
        (b"To:\r\n <sip:h@h>\r\n\t;tag=x", True),
        (b"To: sip:h@h;tag=x", True),
        (b'To: ";tag=x" <sip:h@h>', False),
        (b"To: <sip:h@h;tag=x>", False),
        (b'To: "a\\";tag=x" <sip:h@h>', False),
        (b"To: <sip:h@h>;tagged=x", False),
        (b"To: <sip:h@h>;tag=", False),
        (b"To: <sip:h@h>;tag ;x=1", False),
        (b"To: <sip:h@h>;tag= ;x=1", False),
        (b"To: <sip:h@h>;tag=x;tag=", False),
        (b"To: <sip:h@h>;tag=;tag=x", True),
    ],
)
def test_a_tag_is_a_parameter_of_to(read: Read, to: bytes, is_inside: bool) -> None:
    assert read(INVITE.replace(b"To: <sip:hotline@h>", to))[3] == is_inside


@pytest.mark.parametrize(
    "message",
    [
        INVITE.replace(b"INVITE", b"ACK"),
        INVITE.replace(b"Call-ID: x\r\n", b""),
        INVITE.replace(b"SIP/2.0\r\nVia", b"HTTP/1.1\r\nVia"),
        INVITE.replace(b"Call-ID: x", b"Call-ID: " + b"x" * 3000),
        INVITE.replace(b"Call-ID: x", b"Call-ID: \0"),
        b"SIP/2.0 200 OK\r\n\r\n",
        b"\r\n\r\n",
        b"",
    ],
)
def test_what_is_never_answered(read: Read, message: bytes) -> None:
    assert read(message)[4] == b""


def test_an_answer_is_not_much_longer_than_its_request(read: Read) -> None:
    """Nobody is drowned by answers to what was sent in his name."""
    assert len(read(INVITE)[4]) <= len(INVITE) + 60


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"c=IN IP4 192.0.2.1\r\n", 0),
        (b"c=IN IP4 224.2.1.1/127\r\n", 0),
        (b"c=IN IP6 2001:db8::1\r\n", 0),
        (b"c=IN IP4 a.name\r\n", 488),
        (b"c=IN\tIP4  a.name\n", 488),
        (b"c=IN IP4 192.0.2.1.evil\r\n", 488),
        (b"m=audio 1 RTP/AVP 8\r\na=rtcp:2 IN IP4 a.name\r\n", 488),
        (b"m=audio 1 RTP/AVP 8\r\na=rtcp:2\r\n", 0),
        (b"m=audio 1 RTP/AVP 8\r\n" * 9, 488),
        (b"a=crypto:1 x\r\n" * 13, 488),
        (b"a=x\r\n" * 61, 488),
        (b"a=x\r\n" * 60 + b"m=audio 1 RTP/AVP 8\r\n" + b"a=x\r\n" * 60, 0),
        (b"b=x\r\n" * 401, 413),
    ],
)
def test_what_a_body_may_have(read: Read, body: bytes, status: int) -> None:
    assert read(INVITE + body)[1] == status


def test_what_a_head_may_have(read: Read) -> None:
    assert read(INVITE.replace(b"Call-ID", b"X: y\r\n" * 130 + b"Call-ID"))[1] == 400
    assert read(INVITE.replace(b"Call-ID", b"X: " + b"y" * 6001 + b"\r\nCall-ID"))[1] == 400
    assert read(INVITE.replace(b"Call-ID", b"X: " + b"y\r\n " * 1600 + b"\r\nCall-ID"))[1] == 400, (
        "folded lines are one"
    )
    assert read(INVITE + b"x" * 15000)[1] == 513
    assert read(INVITE[:-2])[1:3] == (400, "malformed"), "a head that does not end"


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.binary(max_size=40),
            st.sampled_from(
                [b"\r\n", b"\r", b"\n", b" ", b"\t", b'"', b"\\", b"<", b">", b";tag=", b"To:", b"v:", b"c:"]
            ),
            st.sampled_from(
                [b"SIP/2.0", b"INVITE sip:x SIP/2.0\r\n", b"multipart/", b"--", b"c=IN IP4 ", b"a=rtcp:", b"\0"]
            ),
        ),
        max_size=30,
    ).map(b"".join)
)
def test_no_message_is_read_past_its_end(read: Read, message: bytes) -> None:
    for whole in (message, INVITE[: len(INVITE) // 2] + message, INVITE + message):
        read(whole)
