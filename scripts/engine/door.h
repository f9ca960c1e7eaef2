/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The door: what may come in over SIP, decided before the library looks at it (door.c), and the reading of raw messages
 * that this takes (door_text.c). Its rules come from the service as text (sip/door.py) and may change at any time.
 */
#ifndef SAMBUT_DOOR_H
#define SAMBUT_DOOR_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What a message may have, at the most. */
struct door_limits
{
    unsigned bytes;         /* of the whole message */
    unsigned head;          /* bytes before the body */
    unsigned lines;         /* of the head */
    unsigned line;          /* bytes of one line of the head, its folded lines included */
    unsigned body_lines;
    unsigned media;         /* m= lines */
    unsigned attributes;    /* a= lines of the session or of one medium */
    unsigned crypto;        /* a=crypto lines of one medium */
    unsigned parts;         /* of a multipart body, which must not have another inside */
};

/* A piece of a message; `at` is NULL where there is none. */
struct door_piece
{
    const char *at;
    size_t length;
};

/* The head of a message, as far as it can be answered without the library. */
struct door_head
{
    int is_request;
    struct door_piece method;
    struct door_piece vias[8];  /* whole lines, without their ends */
    unsigned via_count;
    struct door_piece from, to, call_id, cseq, content_type;
    int is_inside;              /* its To has a tag */
    size_t body;                /* where the body begins; 0 where the head does not end */
    unsigned lines;
    size_t longest;             /* bytes of the longest line */
    int is_broken;              /* not SIP at all, or a byte in it that no head may have */
};

/* Reads a head; never past `length`. */
void door_read_head(const char *message, size_t length, struct door_head *head);

/* The status that a message deserves for what it has too much of, or 0; `why` is a word for the log. */
int door_measure(const char *message, size_t length, const struct door_head *head, const struct door_limits *limits,
                 const char **why);

/* Writes an answer to a request from its own lines (RFC 3261 section 8.2.6) and returns its length; 0 where it cannot
 * be answered: an ACK, a head without what an answer must repeat, or an answer that does not fit.
 */
size_t door_write_answer(const struct door_head *head, int status, const char *tag, const char *allow, char *buffer,
                         size_t size);

/* What the library calls; see door.c. */
struct pjsip_rx_data;
struct pjsip_endpoint;
long sambut_door_packet(struct pjsip_rx_data *packet);
int sambut_door_message(struct pjsip_rx_data *packet, char *message, size_t length);
int sambut_door_accept(const void *address, long socket, int is_secure);
int sambut_door_knows(const void *address);

/* What the service calls. `door_open` comes before the transports; `door_rules` returns 0 or the number of the first line
 * that makes no sense, and then changes nothing. The texts are valid until the next call, from the same thread.
 */
int door_open(struct pjsip_endpoint *endpoint);
int door_rules(const char *text);
const char *door_counters(void);
const char *door_told(void);

#ifdef __cplusplus
}
#endif

#endif
