# SPDX-License-Identifier: GPL-3.0-or-later
"""The door (door.c): where the library asks it, and what the library would otherwise decide by itself."""

from editing import Above, AddFile, AddSource, AppendInterface, Kind, Step, after, before

_TRANSPORT = "pjsip/src/pjsip/sip_transport.c"
_HEADER = "#include <pjsip/sambut_door.h>"

_INTERFACE = r"""
%{
#include <pjsua-lib/pjsua.h>
#include <pjsip/sambut_door.h>
%}
%inline %{
/* Between libInit and the first transport. Raises no exception: the status is pjlib's, 0 when all is well. */
int doorOpen() { return door_open(pjsua_get_pjsip_endpt()); }
int doorRules(const std::string &text) { return door_rules(text.c_str()); }
std::string doorCounters() { return door_counters(); }
std::string doorTold() { return door_told(); }
%}
"""

STEPS = (
    Step(
        "door",
        """Whatever is sent was parsed, and given a call and a port, before anybody asked who sent it. Strangers, floods
        and what is too large end before the parser; methods that are not ours before transactions and dialogs.""",
        Kind.NEEDED,
        (
            AddFile("door.h", to="pjsip/include/pjsip/sambut_door.h"),
            AddSource("pjsip", "door_text.c"),
            AddSource("pjsip", "door.c"),
            Above(_TRANSPORT, "pjsip_tpmgr_receive_packet", _HEADER),
            before(
                _TRANSPORT,
                r"while \( remaining_len > 0 \) \{",
                """{
        const long eaten = sambut_door_packet(rdata);
        if (eaten >= 0)
            return (pj_ssize_t) eaten;
    }
    """,
                within="pjsip_tpmgr_receive_packet",
            ),
            before(
                _TRANSPORT,
                r"saved = current_pkt \[ msg_fragment_size \] ;",
                """if (sambut_door_message(rdata, current_pkt, msg_fragment_size))
            goto finish_process_fragment;
        """,
                within="pjsip_tpmgr_receive_packet",
            ),
            Above("pjsip/src/pjsip/sip_transport_tcp.c", "on_accept_complete", _HEADER),
            before(
                "pjsip/src/pjsip/sip_transport_tcp.c",
                r"pj_set_cloexec_flag \( \(int\) \w+ \) ;",
                """if (!sambut_door_accept(src_addr, (long) sock, 0)) {
        pj_sock_close(sock);
        return PJ_TRUE;
    }
    """,
                within="on_accept_complete",
            ),
            Above(
                "pjlib/src/pj/ssl_sock_imp_common.c",
                "ssock_on_accept_complete",
                "/* Who may begin a handshake; the door of SIP, where there is one. */\n"
                "int (*sambut_tls_filter)(const void *address, long socket, int is_secure);",
            ),
            before(
                "pjlib/src/pj/ssl_sock_imp_common.c",
                r"status = pj_ssl_sock_create \( ssock_parent -> pool ,",
                """if (sambut_tls_filter != NULL && !(*sambut_tls_filter)(src_addr, (long) newsock, 1)) {
        pj_sock_close(newsock);
        return PJ_TRUE;
    }
    """,
                within="ssock_on_accept_complete",
            ),
            AppendInterface(_INTERFACE),
        ),
    ),
    Step(
        "let-go",
        """A Call of pjsua2 goes by the library's number, which is another call's once its own has ended: destroyed or
        given a command then, it hung up on somebody else. `isOurs` asks whether the number is still its own, `letGo`
        forgets it.""",
        Kind.NEEDED,
        (
            after(
                "pjsip/include/pjsua2/call.hpp",
                r"virtual ~ Call \( \) ;",
                """

    /** Remembers the Call-ID of the library's call that has our number now. */
    void keepCallId();

    /** Whether the number is still that call's. */
    bool isOurs() const;

    /** Goes by no number any more; the library's call, if it is still ours, tells nobody. */
    void letGo();
""",
            ),
            before(
                "pjsip/include/pjsua2/call.hpp", r"Account \* acc ; pjsua_call_id id ;", "std::string ourCallId;\n    "
            ),
            Above(
                "pjsip/src/pjsua2/call.cpp",
                "Call::~Call",
                """
static string callIdOf(pjsua_call_id id)
{
    pjsua_call_info info;

    return id != PJSUA_INVALID_ID && pjsua_call_get_info(id, &info) == PJ_SUCCESS ? pj2Str(info.call_id) : string();
}

/* The loop's thread keeps it while the library's may let go of a call that failed at once. */
void Call::keepCallId()
{
    PJSUA_LOCK();
    ourCallId = callIdOf(id);
    PJSUA_UNLOCK();
}

bool Call::isOurs() const
{
    PJSUA_LOCK();
    const bool is = !ourCallId.empty() && callIdOf(id) == ourCallId;
    PJSUA_UNLOCK();
    return is;
}

void Call::letGo()
{
    PJSUA_LOCK();
    if (isOurs() && pjsua_call_get_user_data(id) == this)
        pjsua_call_set_user_data(id, NULL);
    id = PJSUA_INVALID_ID;
    PJSUA_UNLOCK();
}
""",
            ),
        ),
    ),
    Step(
        "no-presence",
        """The presence server kept 40 kB for each SUBSCRIBE of anybody and sent NOTIFY to whomever its Contact named;
        instant messages were answered 200 and thrown away. The hotline has neither.""",
        Kind.NEEDED,
        (
            after(
                "pjsip/src/pjsua-lib/pjsua_pres.c",
                r"\A\{",
                "\n    if (rdata != NULL)\n        return PJ_FALSE;\n",
                within="pres_on_rx_request",
            ),
            after(
                "pjsip/src/pjsua-lib/pjsua_im.c",
                r"\A\{",
                "\n    if (rdata != NULL)\n        return PJ_FALSE;\n",
                within="im_on_rx_request",
            ),
        ),
    ),
)
