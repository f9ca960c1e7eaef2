/* SPDX-License-Identifier: GPL-3.0-or-later */
/* RFC 7362's latching: where a peer's sound comes from is learnt once, from its first packet. What the SDP says wins: a
 * packet from there unlearns an address that was learnt from another. Streams over ICE have ICE's own checks instead.
 */

#include <pjmedia/sambut_latch.h>

#define RELATCH_MS 5000  /* how long after an offer or answer another address may be learnt */
#define SILENT_MS 1000   /* and how long the old one must have been silent then */

static unsigned long strangers;

unsigned long sambut_rtp_strangers(void) { return __atomic_load_n(&strangers, __ATOMIC_RELAXED); }
void sambut_count_stranger(void) { __atomic_add_fetch(&strangers, 1, __ATOMIC_RELAXED); }

static pj_uint32_t now_ms(void)
{
    pj_time_val now;
    pj_gettickcount(&now);
    return (pj_uint32_t)(now.sec * 1000 + now.msec);
}

static pj_bool_t over_ice(pjmedia_transport *transport)
{
    pjmedia_transport_info info;
    unsigned i;

    pjmedia_transport_info_init(&info);
    if (transport == NULL || pjmedia_transport_get_info(transport, &info) != PJ_SUCCESS)
        return PJ_FALSE;
    for (i = 0; i < info.specific_info_cnt; ++i) {
        if (info.spc_info[i].type == PJMEDIA_TRANSPORT_TYPE_ICE)
            return PJ_TRUE;
    }
    return PJ_FALSE;
}

/* A packet from where the SDP says is the peer's; one from elsewhere only if it is what the stream speaks. */
static pj_bool_t speaks(const pjmedia_stream_common *stream, const pjmedia_rtp_hdr *header)
{
    return header->pt == stream->dec->rtp.out_pt || header->pt < 64 || header->pt >= 96;
}

static pj_bool_t may_learn(const pjmedia_stream_common *stream, pj_uint32_t now)
{
    if (stream->sambut.strict)
        return PJ_FALSE;
    if (!stream->sambut.latched)
        return PJ_TRUE;
    return stream->sambut.relatch && now - stream->sambut.relatch_from < RELATCH_MS && now - stream->sambut.heard > SILENT_MS;
}

static void learn(pjmedia_stream_common *stream, pjmedia_tp_cb_param *param, const pjmedia_rtp_hdr *header)
{
    if (pj_sockaddr_cmp(&stream->rem_rtp_addr, param->src_addr) != 0) {
        pj_sockaddr_cp(&stream->rem_rtp_addr, param->src_addr);
        stream->rtcp.peer_ssrc = pj_ntohl(header->ssrc);
        param->rem_switch = PJ_TRUE;
    }
    stream->sambut.latched = PJ_TRUE;
    stream->sambut.relatch = PJ_FALSE;
}

pj_bool_t sambut_is_stranger(pjmedia_stream_common *stream, pjmedia_tp_cb_param *param, const pjmedia_rtp_hdr *header)
{
    const pj_uint32_t now = now_ms();

    if (param->src_addr == NULL)
        return PJ_FALSE;
    if (!stream->sambut.begun) {
        stream->sambut.begun = PJ_TRUE;
        stream->sambut.ice = over_ice(stream->transport);
        pj_sockaddr_cp(&stream->sambut.sdp, &stream->rem_rtp_addr);
    }
    if (stream->sambut.ice)
        return PJ_FALSE;
    if (!stream->sambut.latched || pj_sockaddr_cmp(&stream->rem_rtp_addr, param->src_addr) != 0) {
        const pj_bool_t as_said = pj_sockaddr_cmp(&stream->sambut.sdp, param->src_addr) == 0;
        if (!as_said && !(speaks(stream, header) && may_learn(stream, now))) {
            sambut_count_stranger();
            return PJ_TRUE;
        }
        learn(stream, param, header);
    }
    stream->sambut.heard = now;
    return PJ_FALSE;
}

void sambut_relatch(pjmedia_stream_common *stream)
{
    stream->sambut.relatch = PJ_TRUE;
    stream->sambut.relatch_from = now_ms();
}

void sambut_latch_strictly(pjmedia_stream_common *stream, pj_bool_t strict)
{
    stream->sambut.strict = strict;
}
