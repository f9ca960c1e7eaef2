/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What of a session description that came in by the wire goes on to the negotiation (docs/engine.md). */

#include <pjmedia/errno.h>
#include <pjmedia/sdp.h>
#include <pjsip/sip_errno.h>
#include <pjsip/sip_msg.h>
#include <pj/array.h>
#include <pj/pool.h>
#include <pj/string.h>

#define MEDIA_MOST 8
#define CRYPTO_MOST 16     /* nine suites are defined */
#define FRAME_MS_MOST 160  /* what of G.711 goes into one packet of Ethernet, with SRTP's tag */
#define FRAME_MS_LEAST 20  /* what our codecs send */
#define CLOCK_MOST 192000

#define REFUSED PJSIP_ERRNO_FROM_SIP_STATUS(PJSIP_SC_NOT_ACCEPTABLE_HERE)

pj_status_t sambut_sdp_check(pj_pool_t *pool, pjmedia_sdp_session *sdp);

/* Names are never looked up: that would wait for a name server of the sender's choice. */
static pj_bool_t is_address(const pj_str_t *text)
{
    pj_in_addr four;
    pj_in6_addr six;
    return pj_inet_pton(pj_AF_INET(), text, &four) == PJ_SUCCESS || pj_inet_pton(pj_AF_INET6(), text, &six) == PJ_SUCCESS;
}

static pj_bool_t number(const pj_str_t *text, unsigned long *value)
{
    pj_str_t digits = *text;
    if (digits.slen == 0)
        return PJ_FALSE;
    pj_strtrim(&digits);
    return digits.slen > 0 && digits.slen < 10 && pj_strtoul3(&digits, value, 10) == PJ_SUCCESS;
}

static pj_bool_t is(const pjmedia_sdp_attr *attribute, const char *name)
{
    return pj_stricmp2(&attribute->name, name) == 0;
}

static pj_bool_t has(const pjmedia_sdp_session *sdp, const pjmedia_sdp_media *media, const char *name)
{
    return pjmedia_sdp_attr_find2(media->attr_count, media->attr, name, NULL) != NULL ||
           pjmedia_sdp_attr_find2(sdp->attr_count, sdp->attr, name, NULL) != NULL;
}

/* A frame's length that cannot be: the nearest that can. */
static void in_bounds(pj_pool_t *pool, pjmedia_sdp_attr *attribute, unsigned long least)
{
    unsigned long wanted, value;

    if (!number(&attribute->value, &wanted))
        wanted = FRAME_MS_LEAST;
    value = wanted < least ? least : wanted > FRAME_MS_MOST ? FRAME_MS_MOST : wanted;
    if (value != wanted) {
        char text[16];
        pj_utoa(value, text);
        pj_strdup2_with_null(pool, &attribute->value, text);
    }
}

static pj_bool_t is_map(const pjmedia_sdp_attr *attribute)
{
    pjmedia_sdp_rtpmap map;
    unsigned long type;

    return pjmedia_sdp_attr_get_rtpmap(attribute, &map) == PJ_SUCCESS && map.enc_name.slen > 0 &&
           number(&map.pt, &type) && type <= 127 && map.clock_rate > 0 && map.clock_rate <= CLOCK_MOST;
}

static pj_bool_t is_rtcp(const pjmedia_sdp_attr *attribute)
{
    pjmedia_sdp_rtcp_attr rtcp;
    pj_str_t word = attribute->value;
    unsigned long port;

    word.slen = pj_strcspn2(&attribute->value, " ");
    if (!number(&word, &port) || port > 65535)
        return PJ_FALSE;
    return pjmedia_sdp_attr_get_rtcp(attribute, &rtcp) == PJ_SUCCESS && (rtcp.addr.slen == 0 || is_address(&rtcp.addr));
}

/* RFC 8839: foundation, component, transport, priority, address … A browser that hides its address gives a name, which
 * only its own machine can look up: its packets tell the address anyway. */
static pj_bool_t has_address(const pjmedia_sdp_attr *attribute)
{
    pj_str_t rest = attribute->value, word = { NULL, 0 };
    pj_ssize_t at = 0;
    const pj_str_t blank = { " ", 1 };
    int i;

    for (i = 0; i < 5; ++i) {
        at = pj_strtok(&rest, &blank, &word, i ? at + word.slen : 0);
        if (at == rest.slen)
            return PJ_FALSE;
    }
    return is_address(&word);
}

/* RFC 5763: DTLS goes with a fingerprint of the certificate. */
static pj_bool_t is_dtls_right(const pjmedia_sdp_session *sdp, const pjmedia_sdp_media *media)
{
    const pj_str_t dtls = { "/TLS/", 5 };
    return media->desc.port == 0 || pj_stristr(&media->desc.transport, &dtls) == NULL || has(sdp, media, "fingerprint");
}

/* Takes away what is of no use, puts right what has a nearest meaning. False: the media line cannot be. */
static pj_bool_t attribute_is_right(pj_pool_t *pool, pjmedia_sdp_media *media, unsigned *i, unsigned *cryptos)
{
    pjmedia_sdp_attr *attribute = media->attr[*i];

    if (is(attribute, "rtpmap") && media->desc.port != 0)
        return is_map(attribute);
    if (is(attribute, "rtcp"))
        return is_rtcp(attribute);
    if (is(attribute, "crypto"))
        return ++*cryptos <= CRYPTO_MOST;
    if (is(attribute, "ptime"))
        in_bounds(pool, attribute, 1);
    if (is(attribute, "maxptime"))
        in_bounds(pool, attribute, FRAME_MS_LEAST);
    if (is(attribute, "candidate") && !has_address(attribute)) {
        pj_array_erase(media->attr, sizeof(media->attr[0]), media->attr_count, *i);
        --media->attr_count;
        --*i;
    }
    return PJ_TRUE;
}

/* The longest frame that is allowed bounds the one that is asked for. */
static void within_longest(pjmedia_sdp_media *media)
{
    pjmedia_sdp_attr *wanted = pjmedia_sdp_attr_find2(media->attr_count, media->attr, "ptime", NULL);
    pjmedia_sdp_attr *longest = pjmedia_sdp_attr_find2(media->attr_count, media->attr, "maxptime", NULL);
    unsigned long length, most;

    if (wanted && longest && number(&wanted->value, &length) && number(&longest->value, &most) && length > most)
        wanted->value = longest->value;
}

/* RFC 8866 wants an address for every media line, and the library looks into it even where the line is refused (port 0):
 * such a one gets none of anybody's. */
static pj_bool_t has_connection(pj_pool_t *pool, const pjmedia_sdp_session *sdp, pjmedia_sdp_media *media)
{
    if (media->conn != NULL || sdp->conn != NULL)
        return PJ_TRUE;
    if (media->desc.port != 0)
        return PJ_FALSE;
    media->conn = PJ_POOL_ZALLOC_T(pool, pjmedia_sdp_conn);
    media->conn->net_type = pj_str("IN");
    media->conn->addr_type = pj_str("IP4");
    media->conn->addr = pj_str("0.0.0.0");
    return PJ_TRUE;
}

/* RFC 2543's way to hold: "send nothing to me" is what `sendonly` says since. (WebRTC's offers have it as a matter of form.) */
static void old_hold(pj_pool_t *pool, const pjmedia_sdp_session *sdp, pjmedia_sdp_media *media)
{
    const pjmedia_sdp_conn *connection = media->conn ? media->conn : sdp->conn;

    if (media->desc.port == 0 || connection == NULL || pj_strcmp2(&connection->addr, "0.0.0.0") != 0)
        return;
    if (has(sdp, media, "ice-ufrag") || has(sdp, media, "sendonly") || has(sdp, media, "recvonly") || has(sdp, media, "inactive"))
        return;
    pjmedia_sdp_attr_remove_all(&media->attr_count, media->attr, "sendrecv");
    if (media->attr_count < PJMEDIA_MAX_SDP_ATTR)
        media->attr[media->attr_count++] = pjmedia_sdp_attr_create(pool, "sendonly", NULL);
}

pj_status_t sambut_sdp_check(pj_pool_t *pool, pjmedia_sdp_session *sdp)
{
    unsigned i, k;

    if (sdp->media_count > MEDIA_MOST || (sdp->conn && !is_address(&sdp->conn->addr)))
        return REFUSED;
    for (i = 0; i < sdp->media_count; ++i) {
        pjmedia_sdp_media *media = sdp->media[i];
        unsigned cryptos = 0;

        if (!has_connection(pool, sdp, media) || (media->conn && !is_address(&media->conn->addr)) ||
            !is_dtls_right(sdp, media))
            return REFUSED;
        for (k = 0; k < media->attr_count; ++k) {
            if (!attribute_is_right(pool, media, &k, &cryptos))
                return REFUSED;
        }
        within_longest(media);
        old_hold(pool, sdp, media);
    }
    return PJ_SUCCESS;
}
