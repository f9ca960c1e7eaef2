# SPDX-License-Identifier: GPL-3.0-or-later
"""TLS: whom we connect to is asked for by name, and nobody else's connection is taken for one of ours."""

from editing import Above, AppendInterface, Edit, Kind, Step, before

_INTERFACE = r"""
%{
#include <pjsip.h>
%}
%inline %{
/* Of a transport within onTransportState: whom we meant to reach, as in the address that was called, or empty for a
 * connection that came from outside. (Python is given handles as numbers, and the library takes none back.)
 */
std::string transportCalled(size_t handle)
{
    const pjsip_transport *transport = (const pjsip_transport *) handle;

    if (transport->dir != PJSIP_TP_DIR_OUTGOING)
        return std::string();
    return std::string(transport->remote_name.host.ptr, transport->remote_name.host.slen);
}

/* Nothing more is sent over it, nor what waits to be. */
void transportRefuse(size_t handle)
{
    pjsip_transport_shutdown((pjsip_transport *) handle);
}
%}
"""

STEPS = (
    Step(
        "tls-peer-named",
        """Whether a certificate is the right one depends on whom we call; the library keeps that to itself, and Python
        could not end a connection.""",
        Kind.NEEDED,
        (AppendInterface(_INTERFACE),),
    ),
    Step(
        "tls-others-connections",
        """A connection that came from outside served requests of ours to the address and port it came from, though
        nobody had asked for its certificate: whoever can send from a phone's address got the phone's calls. Only a call
        that is up already goes on over it.""",
        Kind.NEEDED,
        (
            Above(
                "pjsip/src/pjsip/sip_transport.c",
                "pjsip_tpmgr_acquire_transport2",
                """
static pj_bool_t begins_anew(const pjsip_tx_data *tdata)
{
    const pjsip_to_hdr *to;

    if (tdata->msg == NULL || tdata->msg->type != PJSIP_REQUEST_MSG)
        return PJ_FALSE;
    to = (const pjsip_to_hdr*) pjsip_msg_find_hdr(tdata->msg, PJSIP_H_TO, NULL);
    return to == NULL || to->tag.slen == 0;
}
""",
            ),
            before(
                "pjsip/src/pjsip/sip_transport.c",
                r"if \( pj_stricmp \( & tdata -> dest_info \. name ,",
                """if (tp_iter->tp->dir == PJSIP_TP_DIR_INCOMING && begins_anew(tdata)) {
                                tp_iter = tp_iter->next;
                                continue;
                            }
                            """,
                within="pjsip_tpmgr_acquire_transport2",
            ),
        ),
    ),
    Step(
        "tls-no-authorities-told",
        """Whoever connects was sent the names of all authorities that we check others by: 15 kB of the system's.""",
        Kind.NEEDED,
        (
            Edit(
                "pjlib/src/pj/ssl_sock_ossl.c",
                r"if \( cert && ssock -> is_server \) \{ STACK_OF \( X509_NAME \)",
                "if (0) {\n        STACK_OF(X509_NAME)",
            ),
        ),
    ),
)
