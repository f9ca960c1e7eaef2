# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys that are pressed by INFO (RFC 6086's predecessors: no two phones write them alike)."""

from editing import Kind, Step, above, before

_CALL = "pjsip/src/pjsua-lib/pjsua_call.c"

STEPS = (
    Step(
        "keys-by-info",
        """`application/dtmf` with the bare key, `application/dtmf-relay` with `Signal=` in any case, keys 10 to 15 as * # A B
        C D: the library knew one spelling, and took the first digit of 10 for the key.""",
        Kind.NEEDED,
        (
            above(
                _CALL,
                "pjsua_call_on_tsx_state_changed",
                r"""
/* The key that a text begins with, such as `5`, `10` (which is *) or `#`; 0 if it is none. */
static char sambut_key_of(pj_str_t text)
{
    static const char KEYS[] = "0123456789*#ABCD";
    unsigned i, number = 0;

    pj_strltrim(&text);
    for (i = 0; i < (unsigned)text.slen && !pj_isspace(text.ptr[i]); ++i) ;
    text.slen = i;
    if (text.slen == 2 && pj_isdigit(text.ptr[0]) && pj_isdigit(text.ptr[1])) {
        number = (text.ptr[0] - '0') * 10 + (text.ptr[1] - '0');
        return number < 16 ? KEYS[number] : 0;
    }
    if (text.slen != 1)
        return 0;
    for (i = 0; i < 16; ++i) {
        if (KEYS[i] == pj_toupper(text.ptr[0]))
            return KEYS[i];
    }
    return 0;
}

/* What follows `name` and an equals sign at the beginning of a line. */
static pj_str_t sambut_value(const pj_str_t *text, const char *name)
{
    const char *at = text->ptr, *end = text->ptr + text->slen;
    const pj_ssize_t length = (pj_ssize_t)strlen(name);
    pj_str_t value = { NULL, 0 };

    while (at < end) {
        while (at < end && pj_isspace(*at)) ++at;
        if (end - at > length && pj_ansi_strnicmp(at, name, length) == 0) {
            const char *sign = at + length;
            while (sign < end && (*sign == ' ' || *sign == '\t')) ++sign;
            if (sign < end && *sign == '=') {
                pj_strset3(&value, (char*)sign + 1, (char*)end);
                return value;
            }
        }
        while (at < end && *at != '\n') ++at;
    }
    return value;
}

/* Whether this INFO is about a key; then it was answered, and the application told. */
static pj_bool_t sambut_key_by_info(pjsua_call *call, pjsip_transaction *tsx, pjsip_rx_data *rdata)
{
    const pjsip_msg_body *body = rdata->msg_info.msg->body;
    pjsip_tx_data *tdata;
    pj_bool_t relay;
    pj_str_t text;
    char key;

    if (body == NULL || pj_stricmp2(&body->content_type.type, "application") != 0)
        return PJ_FALSE;
    relay = pj_stricmp2(&body->content_type.subtype, "dtmf-relay") == 0;
    if (!relay && pj_stricmp2(&body->content_type.subtype, "dtmf") != 0)
        return PJ_FALSE;
    pj_strset(&text, (char*)body->data, body->len);
    if (relay || pj_strchr(&text, '='))
        text = sambut_value(&text, "signal");
    key = sambut_key_of(text);
    if (key && pjsua_var.ua_cfg.cb.on_dtmf_event) {
        pjsua_dtmf_event event;
        pj_timestamp nought, now;

        pj_bzero(&event, sizeof(event));
        nought.u64 = 0;
        pj_get_timestamp(&now);
        event.method = PJSUA_DTMF_METHOD_SIP_INFO;
        event.timestamp = pj_elapsed_msec(&nought, &now);
        event.digit = key;
        event.duration = PJSUA_UNKNOWN_DTMF_DURATION;
        event.flags = PJMEDIA_STREAM_DTMF_IS_END;
        (*pjsua_var.ua_cfg.cb.on_dtmf_event)(call->index, &event);
    }
    if (pjsip_endpt_create_response(tsx->endpt, rdata, key ? 200 : 400, NULL, &tdata) == PJ_SUCCESS)
        pjsip_tsx_send_msg(tsx, tdata);
    return PJ_TRUE;
}
""",
            ),
            before(
                _CALL,
                r"else if \( body && body -> len && pj_stricmp \( & body -> content_type . type , & STR_APPLICATION \) == 0"
                r" && pj_stricmp \( & body -> content_type . subtype , & STR_DTMF_RELAY \) == 0 \)",
                "else if (sambut_key_by_info(call, tsx, rdata))\n            ;\n        ",
                within="pjsua_call_on_tsx_state_changed",
            ),
        ),
    ),
)
