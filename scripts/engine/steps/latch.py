# SPDX-License-Identifier: GPL-3.0-or-later
"""Whose RTP and RTCP is heard, and on which ports (docs/engine.md)."""

from editing import AddFile, AddSource, AppendInterface, Kind, Step, above, before, instead

_STREAM = "pjmedia/src/pjmedia/stream_imp_common.c"
_UDP = "pjmedia/src/pjmedia/transport_udp.c"
_MEDIA = "pjsip/src/pjsua-lib/pjsua_media.c"
_AUDIO = "pjsip/src/pjsua-lib/pjsua_aud.c"
_CALL = "pjsip/include/pjsua-lib/pjsua_internal.h"
_INCLUDE = "#include <pjmedia/sambut_latch.h>"

STEPS = (
    Step(
        "latch",
        """A stream takes RTP from one address: the SDP's, or the one that was learnt from the first packet (RFC 7362),
        and RTCP from the same host. The library learnt again and again, so whoever sent more took a caller's place.""",
        Kind.NEEDED,
        (
            AddFile("sambut_latch.h", to="pjmedia/include/pjmedia/sambut_latch.h"),
            AddSource("pjmedia", "sambut_latch.c"),
            before(
                "pjmedia/include/pjmedia/stream_common.h",
                r"\bpj_sockaddr\s+rem_rtp_addr ;",
                "struct {\n        pj_bool_t begun, ice, latched, strict, relatch;\n        pj_sockaddr sdp;\n"
                "        pj_uint32_t heard, relatch_from;  /* ms */\n    } sambut;\n    ",
            ),
            above(_STREAM, "on_rx_rtp", _INCLUDE),
            before(
                _STREAM,
                r"if \( c_strm -> si -> rtcp_mux &&",
                "if (sambut_is_stranger(c_strm, param, hdr))\n        return;\n    ",
                within="on_rx_rtp",
            ),
            before(
                _UDP,
                r"\bpj_sockaddr\s+rtcp_src_addr ;",
                "pj_bool_t sambut_rtcp_latched;\n    ",
                then="sambut_rtcp_latched",
            ),
            before(_UDP, r"udp -> rtp_cb = rtp_cb ;", "udp->sambut_rtcp_latched = PJ_FALSE;\n    ", within="tp_attach"),
            above(
                _UDP,
                "on_rx_rtcp",
                f"""
{_INCLUDE}

/* RTCP is taken from where the SDP says, or from the host that RTP comes from; its port is learnt once. */
static pj_bool_t sambut_rtcp_of_stranger(struct transport_udp *udp)
{{
    const pj_sockaddr *from = &udp->rtcp_src_addr, *rtp = &udp->rem_rtp_addr;
    const pj_bool_t as_said = pj_sockaddr_cmp(&udp->rem_rtcp_addr, from) == 0;

    if (!as_said) {{
        if (udp->sambut_rtcp_latched || from->addr.sa_family != rtp->addr.sa_family ||
            pj_memcmp(pj_sockaddr_get_addr(from), pj_sockaddr_get_addr(rtp), pj_sockaddr_get_addr_len(from)) != 0)
        {{
            sambut_count_stranger();
            return PJ_TRUE;
        }}
        pj_sockaddr_cp(&udp->rem_rtcp_addr, from);
    }}
    udp->sambut_rtcp_latched = PJ_TRUE;
    return PJ_FALSE;
}}
""",
            ),
            instead(
                _UDP,
                r"do \{ call_rtcp_cb \( udp , bytes_read \) ;",
                "do {\n        if (bytes_read < 0 || !sambut_rtcp_of_stranger(udp))\n"
                "            call_rtcp_cb(udp, bytes_read);",
                within="on_rx_rtcp",
            ),
            instead(_UDP, r"\+\+ udp -> rtcp_src_cnt ;", "", within="on_rx_rtcp"),
            before(
                _CALL,
                r"\bpjsua_call_media\s+media \[ PJSUA_MAX_CALL_MEDIA \] ;",
                "pj_bool_t sambut_strict;  /* RTP from the SDP's address only */\n    ",
            ),
            above(
                _AUDIO,
                "pjsua_aud_channel_update",
                f"""
{_INCLUDE}

void sambut_strict_rtp(int call_id, int strict)
{{
    PJSUA_LOCK();
    if (call_id >= 0 && call_id < (int)pjsua_var.ua_cfg.max_calls)
        pjsua_var.calls[call_id].sambut_strict = strict != 0;
    PJSUA_UNLOCK();
}}
""",
            ),
            before(
                _AUDIO,
                r"status = pjmedia_stream_start \( call_med -> strm . a . stream \) ;",
                "sambut_latch_strictly((pjmedia_stream_common*)call_med->strm.a.stream, call->sambut_strict);\n        ",
                within="pjsua_aud_channel_update",
            ),
            above(_MEDIA, "apply_med_update", _INCLUDE),
            before(
                _MEDIA,
                r"if \( pjsua_var . media_cfg . no_smart_media_update \|\|",
                "if (call_med->type == PJMEDIA_TYPE_AUDIO && call_med->strm.a.stream)\n"
                "        sambut_relatch((pjmedia_stream_common*)call_med->strm.a.stream);\n    ",
                within="apply_med_update",
            ),
            AppendInterface(
                """
%{
extern "C" {
    void sambut_strict_rtp(int call_id, int strict);
    unsigned long sambut_rtp_strangers(void);
}
%}
void sambut_strict_rtp(int call_id, int strict);
unsigned long sambut_rtp_strangers(void);
"""
            ),
        ),
    ),
    Step(
        "drawn-ports",
        """The ports of a call's sound are drawn by lot from the whole range: one after the other, anybody can tell the
        next. Both of a pair are in the range.""",
        Kind.NEEDED,
        (
            above(
                _MEDIA,
                "create_rtp_rtcp_sock",
                """
#include <sys/random.h>

/* An even port of the range whose odd neighbour is in it too; 0 where there is no range to draw from. */
static pj_uint16_t sambut_drawn_port(const pjsua_transport_config *cfg)
{
    const unsigned first = (cfg->port + 1) & ~1u, last = cfg->port + cfg->port_range;
    pj_uint32_t lot;

    if (cfg->port == 0 || last < first + 3 || getrandom(&lot, sizeof(lot), 0) != sizeof(lot))
        return 0;
    return (pj_uint16_t)(first + 2 * (lot % ((last - first + 1) / 2)));
}
""",
            ),
            before(
                _MEDIA,
                r"for \( i = 0 ; i < 2 ; \+\+ i \) sock \[ i \] = PJ_INVALID_SOCKET ;",
                "{\n        const pj_uint16_t drawn = sambut_drawn_port(cfg);\n"
                "        if (drawn)\n            acc->next_rtp_port = drawn;\n    }\n    ",
                within="create_rtp_rtcp_sock",
            ),
            instead(
                _MEDIA,
                r"\( acc -> next_rtp_port > cfg -> port \+ cfg -> port_range \|\|",
                "(acc->next_rtp_port + 1u > cfg->port + cfg->port_range ||",
                within="create_rtp_rtcp_sock",
            ),
            instead(
                _MEDIA,
                r"PJ_PERROR \( 1 , \( THIS_FILE , status , (?P<text>\"RTP socket bind)",
                "PJ_PERROR(4,(THIS_FILE, status, $text",
                within="create_rtp_rtcp_sock",
            ),
        ),
    ),
)
