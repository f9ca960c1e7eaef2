/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From whom a stream takes RTP and RTCP (docs/engine.md, "Whose sound is heard"). */
#ifndef SAMBUT_LATCH_H
#define SAMBUT_LATCH_H

#include <pjmedia/stream_common.h>

/* Whether a packet that has passed its checks (SRTP's, if there is SRTP) is from somebody else than the stream's peer, and
 * is to be dropped unheard. Learns the peer's address: then `param->rem_switch` tells the transport to answer there. */
pj_bool_t sambut_is_stranger(pjmedia_stream_common *stream, pjmedia_tp_cb_param *param, const pjmedia_rtp_hdr *header);

/* A new offer or answer left the stream as it was: a peer whose old address has fallen silent may be learnt anew. */
void sambut_relatch(pjmedia_stream_common *stream);

/* Only the address and port of the SDP are heard. */
void sambut_latch_strictly(pjmedia_stream_common *stream, pj_bool_t strict);

/* How many RTP and RTCP packets of strangers were dropped since the start. */
unsigned long sambut_rtp_strangers(void);
void sambut_count_stranger(void);

#endif
