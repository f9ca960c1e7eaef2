# SPDX-License-Identifier: GPL-3.0-or-later
"""Session descriptions: what comes in by the wire, and what is made of it."""

from editing import AddSource, Kind, Step, above, before, instead

_INVITE = "pjsip/src/pjsip-ua/sip_inv.c"
_CALL = "pjsip/src/pjsua-lib/pjsua_call.c"
_SDP = "pjmedia/src/pjmedia/sdp.c"
_SDES = "pjmedia/src/pjmedia/transport_srtp_sdes.c"

STEPS = (
    Step(
        "newlines-end-with-the-body",
        """Empty lines before a description were skipped without a look at its end: where more of them follow behind
        the body, the parser threw an exception that nobody was there to catch. Found by `make fuzz`.""",
        Kind.NEEDED,
        (
            instead(
                _SDP,
                r"while \( (?P<blank>\* scanner \. curptr == '\\r' \|\| \* scanner \. curptr == '\\n') \)",
                "while (!pj_scan_is_eof(&scanner) && ($blank))",
                within="pjmedia_sdp_parse",
            ),
        ),
    ),
    Step(
        "sdp-check",
        """Media lines, key lines, numbers and addresses of a description are looked at once where it comes in, before
        anything is negotiated: too many or out of bounds is refused (488), names are not looked up, a frame's length
        that cannot be becomes the nearest that can, RFC 2543's hold is read as such.""",
        Kind.NEEDED,
        (
            AddSource("pjsip-ua", "sambut_sdp.c"),
            above(
                _INVITE,
                "pjsip_get_sdp_info",
                "extern pj_status_t sambut_sdp_check(pj_pool_t *pool, pjmedia_sdp_session *sdp);",
            ),
            instead(
                _INVITE,
                r"(?P<check>\bstatus = pjmedia_sdp_validate2 \( (?P<sdp>[\w>. -]+) , PJ_FALSE \) ;)",
                "{\n            $check\n            if (status == PJ_SUCCESS)\n"
                "                status = sambut_sdp_check(pool, $sdp);\n        }",
                within="pjsip_get_sdp_info",
                then="sambut_sdp_check",
            ),
            instead(
                _CALL,
                r"(?P<code>\bret_st_code = )PJSIP_SC_BAD_REQUEST ; (?P<next>pjsip_endpt_respond \( pjsua_var . endpt ,"
                r" NULL , rdata , ret_st_code , & st_reason , & hdr_list)",
                "${code}status == PJSIP_ERRNO_FROM_SIP_STATUS(PJSIP_SC_NOT_ACCEPTABLE_HERE)\n"
                "                    ? PJSIP_SC_NOT_ACCEPTABLE_HERE : PJSIP_SC_BAD_REQUEST;\n                $next",
                within="pjsua_call_on_incoming",
                then=r"PJSIP_SC_NOT_ACCEPTABLE_HERE : PJSIP_SC_BAD_REQUEST",
            ),
            instead(
                _INVITE,
                r"(?P<head>if \( sdp_info -> sdp_err \) \{[^}]*\bstatus =) PJMEDIA_SDP_EINSDP ;",
                "$head sdp_info->sdp_err == PJSIP_ERRNO_FROM_SIP_STATUS(PJSIP_SC_NOT_ACCEPTABLE_HERE)\n"
                "            ? sdp_info->sdp_err : PJMEDIA_SDP_EINSDP;",
                within="inv_check_sdp_in_incoming_msg",
            ),
            instead(
                "pjsip/src/pjsua-lib/pjsua_media.c",
                r"(?P<head>\* sip_err_code =) PJSIP_SC_NOT_ACCEPTABLE ;",
                "$head PJSIP_SC_NOT_ACCEPTABLE_HERE;",
                within="pjsua_media_channel_create_sdp",
            ),
        ),
    ),
    Step(
        "rtpmap-of-nothing",
        """A payload type without rtpmap, or with one that cannot be read, is one of no name: telephone-event's and
        redundancy's negotiation went through a null pointer, and read what was never written.""",
        Kind.NEEDED,
        (
            before(
                _SDP,
                r"PJ_ASSERT_RETURN \( pj_strcmp2 \( & attr -> name , \"rtpmap\"",
                "pj_bzero(rtpmap, sizeof(*rtpmap));\n    if (attr == NULL)\n        return PJ_EINVAL;\n    ",
                within="pjmedia_sdp_attr_get_rtpmap",
                then=r"pj_bzero \( rtpmap",
            ),
        ),
    ),
    Step(
        "keys-in-bounds",
        """An offer's key lines are counted into an array of fixed size.""",
        Kind.NEEDED,
        (
            before(
                _SDES,
                r"status = parse_attr_crypto \( srtp -> pool , m_rem -> attr \[ i \] , & tmp_rx_crypto",
                "if (cr_attr_count == PJ_ARRAY_SIZE(tags))\n"
                "                    return PJMEDIA_SRTP_ESDPINCRYPTOTAG;\n                ",
                within="sdes_encode_sdp",
                then=r"cr_attr_count == PJ_ARRAY_SIZE",
            ),
        ),
    ),
    Step(
        "keys-without-growth",
        """What is read of key lines is kept until the negotiation is over and not until the call is: a call that
        negotiates again and again grew. The keys agreed on have a place of their own.""",
        Kind.NEEDED,
        (
            before(
                "pjmedia/src/pjmedia/transport_srtp.c",
                r"\bpjmedia_srtp_crypto\s+tx_policy ;",
                "char sambut_tx_key[MAX_KEY_LEN];\n    char sambut_rx_key[MAX_KEY_LEN];\n    ",
                then="sambut_rx_key",
            ),
            above(
                _SDES,
                "sdes_encode_sdp",
                """
static void sambut_keep(pjmedia_srtp_crypto *kept, char *key, const pjmedia_srtp_crypto *agreed)
{
    const int suite = get_crypto_idx(&agreed->name);
    const pj_ssize_t length = PJ_MIN(agreed->key.slen, MAX_KEY_LEN);

    *kept = *agreed;
    if (suite >= 0)
        kept->name = pj_str(crypto_suites[suite].name);
    if (length > 0)
        pj_memmove(key, agreed->key.ptr, length);
    pj_strset(&kept->key, key, length > 0 ? length : 0);
}
""",
            ),
            instead(
                _SDES,
                r"parse_attr_crypto \( srtp -> pool ,",
                "parse_attr_crypto(sdp_pool,",
                within="sdes_encode_sdp",
            ),
            instead(
                _SDES,
                r"pjmedia_sdp_attr_create \( srtp -> pool ,",
                "pjmedia_sdp_attr_create(sdp_pool,",
                within="sdes_encode_sdp",
            ),
            instead(
                _SDES,
                r"srtp -> srtp_ctx . rx_policy_neg = tmp_rx_crypto ;",
                "sambut_keep(&srtp->srtp_ctx.rx_policy_neg, srtp->srtp_ctx.sambut_rx_key, &tmp_rx_crypto);",
                within="sdes_encode_sdp",
            ),
            instead(
                _SDES,
                r"parse_attr_crypto \( srtp -> pool ,",
                "parse_attr_crypto(pool,",
                within="sdes_media_start",
            ),
            instead(
                _SDES,
                r"fill_local_crypto \( srtp -> pool ,",
                "fill_local_crypto(pool,",
                within="sdes_media_start",
                times=3,
            ),
            instead(
                _SDES,
                r"srtp -> srtp_ctx . rx_policy_neg = tmp_tx_crypto ;",
                "sambut_keep(&srtp->srtp_ctx.rx_policy_neg, srtp->srtp_ctx.sambut_rx_key, &tmp_tx_crypto);",
                within="sdes_media_start",
            ),
            instead(
                _SDES,
                r"srtp -> srtp_ctx . tx_policy_neg = (?P<agreed>loc_crypto \[ \w+ \]) ;",
                "sambut_keep(&srtp->srtp_ctx.tx_policy_neg, srtp->srtp_ctx.sambut_tx_key, &$agreed);",
                within="sdes_media_start",
                times=2,
            ),
        ),
    ),
)
