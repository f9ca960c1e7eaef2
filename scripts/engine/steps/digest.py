# SPDX-License-Identifier: GPL-3.0-or-later
"""Digest authentication: the best of what is offered, and only that (RFC 8760 section 2.4)."""

from editing import Above, Kind, Step, before

_CLIENT = "pjsip/src/pjsip/sip_auth_client.c"

STEPS = (
    Step(
        "digest-best-alone",
        """A registrar that offers SHA-256 and MD5 got an answer to each: whoever listens guesses the password by the
        weaker one.""",
        Kind.NEEDED,
        (
            Above(
                _CLIENT,
                "pjsip_auth_clt_reinit_req",
                """
/* Whether the same realm offers SHA-256 too. */
static pj_bool_t has_better(const pjsip_msg *msg, const pjsip_www_authenticate_hdr *weak)
{
    const pjsip_hdr *hdr;

    for (hdr = msg->hdr.next; hdr != &msg->hdr; hdr = hdr->next) {
        const pjsip_www_authenticate_hdr *other = (const pjsip_www_authenticate_hdr*) hdr;
        if (hdr->type == weak->type && pj_stricmp(&other->scheme, &pjsip_DIGEST_STR) == 0 &&
            pj_stricmp2(&other->challenge.digest.algorithm, "SHA-256") == 0 &&
            pj_strcmp(&other->challenge.common.realm, &weak->challenge.common.realm) == 0)
            return PJ_TRUE;
    }
    return PJ_FALSE;
}
""",
            ),
            before(
                _CLIENT,
                r"cached_auth = find_cached_auth \( sess , & hchal -> challenge \. common \. realm , algorithm",
                """if (algorithm->algorithm_type == PJSIP_AUTH_ALGORITHM_MD5 && has_better(rdata->msg_info.msg, hchal)) {
            hdr = hdr->next;
            continue;
        }
        """,
                within="pjsip_auth_clt_reinit_req",
            ),
        ),
    ),
)
