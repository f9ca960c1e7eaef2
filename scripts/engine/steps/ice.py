# SPDX-License-Identifier: GPL-3.0-or-later
"""ICE, for browsers' lines."""

from editing import Kind, Step, instead

STEPS = (
    Step(
        "loopback-on-purpose",
        """ICE leaves out loopback addresses, and pjsua has no switch for it: one to which the socket was bound on
        purpose (AgentOptions.line_bind) is kept, so that a browser on a machine without a network has
        something to talk to.""",
        Kind.NEEDED,
        (
            instead(
                "pjnath/src/pjnath/ice_strans.c",
                r"if \( (?P<config>\w+) -> loop_addr == PJ_FALSE \)",
                "if (!$config->loop_addr && !pj_sockaddr_has_addr(&sock_cfg->bound_addr))",
                within="add_stun_and_host",
            ),
        ),
    ),
)
