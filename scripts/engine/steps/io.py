# SPDX-License-Identifier: GPL-3.0-or-later
"""What a packet costs in calls of the system. Figures: docs/performance.md."""

from editing import Kind, Step, above, before, instead

_UDP = "pjmedia/src/pjmedia/transport_udp.c"
_BATCH = "if (count > 0 && count < PJ_IOQUEUE_MAX_EVENTS_IN_SINGLE_POLL)\n            pj_thread_sleep(2);\n"
_LEAVE = r"ioqueue_remove_from_set \( ioqueue , h , READABLE_EVENT \) ;"

STEPS = (
    Step(
        "stay-in-epoll",
        """A socket stays in the epoll set while its packet is dealt with; it is taken out when something comes in that
        nobody waits for. Going out and in again were two calls of the system for each packet.""",
        Kind.FASTER,
        (
            instead(
                "pjlib/src/pj/ioqueue_common_abs.c",
                rf"if \( pj_list_empty \( & h -> read_list \) \) {_LEAVE}",
                "",
                within="ioqueue_dispatch_read_event",
            ),
            before(
                "pjlib/src/pj/ioqueue_common_abs.c",
                r"pj_ioqueue_unlock_key \( h \) ; return PJ_FALSE ; \} return PJ_TRUE ;",
                "ioqueue_remove_from_set(ioqueue, h, READABLE_EVENT);\n        ",
                within="ioqueue_dispatch_read_event",
                then=rf"{_LEAVE} pj_ioqueue_unlock_key",
            ),
            instead(
                "pjlib/src/pj/ioqueue_epoll.c",
                r"\( key_has_pending_read \( h \) \|\| key_has_pending_accept \( h \) \) &&",
                "",
                within="pj_ioqueue_poll",
            ),
        ),
    ),
    Step(
        "read-once",
        """After a packet, epoll says whether there is another. Trying to read it first was one more call for each. Only
        where packets come closer than sound does they are read until there is none, or a flood would fill the socket.""",
        Kind.FASTER,
        (
            instead(
                "pjlib/src/pj/activesock.c",
                r"(?P<head>^#define\s+PJ_ACTIVESOCK_MAX_LOOP\s+)50$",
                "${head}1",
                then=r"^ #define\s+PJ_ACTIVESOCK_MAX_LOOP\s+1$",
            ),
            before(
                _UDP,
                r"\bint\s+rtp_addrlen ;",
                "pj_timestamp sambut_read_at;\n    unsigned sambut_in_a_row;\n    ",
                then="sambut_in_a_row",
            ),
            above(
                _UDP,
                "on_rx_rtp",
                """
/* Whether to wait for epoll before the next packet is read: yes, unless this one came right after the one before. */
static pj_uint32_t sambut_read_flags(struct transport_udp *udp)
{
    pj_timestamp now;
    pj_uint32_t since;

    pj_get_timestamp(&now);
    since = pj_elapsed_usec(&udp->sambut_read_at, &now);
    udp->sambut_read_at = now;
    if (since > 4000 || ++udp->sambut_in_a_row >= 2000) {
        udp->sambut_in_a_row = 0;
        return PJ_IOQUEUE_ALWAYS_ASYNC;
    }
    return 0;
}
""",
            ),
            instead(
                _UDP,
                r"(?P<head>\bpj_ioqueue_recvfrom \([^;]*& bytes_read ,) 0 ,",
                "$head sambut_read_flags(udp),",
                within="on_rx_rtp",
            ),
        ),
    ),
    Step(
        "batches-of-2-ms",
        """Packets of many calls come one by one, and waking a thread costs more than a packet: what comes within 2 ms
        is taken in together. A full batch means that there is more, so then there is no pause.""",
        Kind.FASTER,
        (
            instead(
                "pjmedia/src/pjmedia/endpoint.c",
                r"(?P<call>pj_ioqueue_poll \( \w+ -> ioqueue , & timeout \)) ;",
                f"int count = $call;\n        {_BATCH}",
                within="worker_proc",
                then=r"int count = pj_ioqueue_poll",
            ),
            instead(
                "pjsip/src/pjsua-lib/pjsua_core.c",
                r"if \( count < 0 \) pj_thread_sleep \( TIMEOUT \) ;",
                f"$found\n        {_BATCH}",
                within="worker_thread",
                then=r"pj_thread_sleep \( 2 \)",
            ),
        ),
    ),
)
