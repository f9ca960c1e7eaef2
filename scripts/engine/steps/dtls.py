# SPDX-License-Identifier: GPL-3.0-or-later
"""DTLS-SRTP, for browsers' lines."""

from editing import Kind, Step, instead

STEPS = (
    Step(
        "dtls-clock",
        """The end of a DTLS handshake waits for the next tick of its retransmission clock, in the thread that carries
        all signalling and all browsers' sound: 10 ms instead of 250 ms (docs/decisions/0004-browser-line.md).""",
        Kind.FASTER,
        (
            instead(
                "pjmedia/src/pjmedia/transport_srtp_dtls.c",
                r"(?P<head>\bpjmedia_clock_create \( \w+ -> pool ,) 4 , 1 , 1 ,",
                "$head 100, 1, 1,",
                within="ssl_handshake_channel",
            ),
        ),
    ),
)
