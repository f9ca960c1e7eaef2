/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The door: who may say what to us over SIP. It stands in three places, each before anything of the library:
 *
 *  - `sambut_door_accept`: a connection, before a byte of it is read (TCP) or a handshake begins (TLS);
 *  - `sambut_door_packet` and `sambut_door_message`: bytes, before they are parsed. Strangers end here: they are answered
 *    once from their own lines, or not at all, and leave nothing behind. What is too much, too large or would have a name
 *    looked up ends here for everybody;
 *  - `on_request`: a parsed request, before transactions and dialogs. A table says which methods pass from whom.
 *
 * Who somebody is goes by address: a trunk, a phone, the browsers' end (an address with its port), or whomever we have
 * sent a request ourselves in the last hour. All else are strangers. Rules come as text from sip/door.py, whose
 * docstring has their grammar.
 */
#include <pjsip/sambut_door.h>

#include <pjsip.h>
#include <pjlib.h>

#include <arpa/inet.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

enum source { TRUNK = 1, PHONE = 2, LINE = 4, CALLED = 8 };
static const char *const SOURCES[] = { "trunk", "phone", "line", "called" };
enum place { OUTSIDE, INSIDE };
static const char *const PLACES[] = { "outside", "inside" };

enum rate { CALLS, POLLS, MESSAGES, REFUSALS, CONNECTIONS, RATES };
static const char *const RATE_NAMES[] = { "calls", "polls", "messages", "refusals", "connections" };

enum counter { PASSED, STRANGERS, ANSWERED, TOO_MANY, TOO_MUCH, METHODS_REFUSED, CONNECTIONS_REFUSED, STRIPPED, COUNTERS };
static const char *const COUNTER_NAMES[] = {
    "passed", "strangers", "answered", "too_many", "too_much", "methods_refused", "connections_refused", "stripped"
};

#define MOST_NETWORKS 512
#define MOST_METHODS 24
#define MOST_TOLD 64
#define SETS 2048
#define WAYS 4
#define MOST_CONNECTIONS 2000
#define MOST_OF_STRANGERS 1000  /* so many are open in all when strangers get no more: a trunk finds room */
#define MOST_OF_A_TRUNK 500     /* connections of one address; of a phone's, as of an office behind one router */
#define MOST_OF_ONE 100
#define ROOM_FOR_TRUNKS 500     /* connections that nobody else gets */
#define LOOK_AT_CONNECTIONS_MS 100
#define CALLED_FOR_MS (3600 * 1000u)
#define UNLISTED_STATUS 405

/* 128 bits: an IPv4 address as an IPv6 one (RFC 4291 section 2.5.5.2). */
struct address
{
    unsigned char bytes[16];
};

struct network
{
    struct address address;
    unsigned bits;
    unsigned port;              /* 0 for any */
    unsigned source;
};

/* `per_second` 0: no limit. */
struct allowance
{
    double per_second;
    double burst;
};

struct bucket
{
    double tokens;
    pj_uint32_t at;             /* ms; 0 before its first use */
};

struct method
{
    char name[20];
    int status[2][4];           /* by place and source: 0 passes, -1 not said */
};

struct rules
{
    int drops_strangers;
    struct network networks[MOST_NETWORKS];
    unsigned network_count;
    struct network listening[MOST_NETWORKS];    /* we connect to these by TLS, so nobody connects from there */
    unsigned listening_count;
    struct method methods[MOST_METHODS];
    unsigned method_count;
    struct allowance each[RATES], all[RATES];   /* for one source, and for all together */
    struct door_limits limits;
    char allow[256];
};

struct known
{
    struct address address;     /* of IPv6 the network of 64 bits: one host has as many as it likes */
    pj_uint32_t seen, called_until;
    struct bucket buckets[RATES];
};

struct connection
{
    struct address from;
    unsigned port;
    unsigned kinds;
    long socket;
};

struct telling
{
    char address[INET6_ADDRSTRLEN];
    const char *why;
    unsigned long count;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pjsip_endpoint *endpoint;
static struct rules *rules;
static struct known sources[SETS][WAYS];
static struct bucket together[2][RATES];    /* of those we know, and of strangers: none of these may starve the others */
static unsigned long counters[COUNTERS];
static struct connection connections[MOST_CONNECTIONS];
static unsigned connection_count;
static pj_uint32_t looked_at;
static struct telling tellings[MOST_TOLD];
static unsigned telling_count;
static unsigned long untold;
static pj_uint64_t secret;
extern int (*sambut_tls_filter)(const void *address, long socket, int is_secure);   /* ssl_sock_imp_common.c */
static char our_tag[20];

/* --- time, addresses, buckets ------------------------------------------------------------------------------------ */

static pj_uint32_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (pj_uint32_t) now.tv_sec * 1000u + (pj_uint32_t) (now.tv_nsec / 1000000) + 1;
}

static pj_bool_t has_come(pj_uint32_t now, pj_uint32_t when)
{
    return (pj_int32_t) (now - when) >= 0;
}

static struct address address_of(const pj_sockaddr *from)
{
    static const unsigned char MAPPED[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };
    struct address it;

    if (from->addr.sa_family == pj_AF_INET6()) {
        memcpy(it.bytes, &from->ipv6.sin6_addr, sizeof(it.bytes));
    } else {
        memcpy(it.bytes, MAPPED, sizeof(MAPPED));
        memcpy(it.bytes + sizeof(MAPPED), &from->ipv4.sin_addr, 4);
    }
    return it;
}

static pj_bool_t is_ipv4(struct address it)
{
    static const unsigned char MAPPED[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };
    return memcmp(it.bytes, MAPPED, sizeof(MAPPED)) == 0;
}

static void print_address(struct address it, char *text, size_t size)
{
    if (is_ipv4(it))
        inet_ntop(AF_INET, it.bytes + 12, text, (socklen_t) size);
    else
        inet_ntop(AF_INET6, it.bytes, text, (socklen_t) size);
}

static pj_bool_t is_in(struct address it, const struct network *network)
{
    const unsigned whole = network->bits / 8, rest = network->bits % 8;

    if (memcmp(it.bytes, network->address.bytes, whole) != 0)
        return PJ_FALSE;
    return rest == 0 || ((it.bytes[whole] ^ network->address.bytes[whole]) >> (8 - rest)) == 0;
}

static struct address counted_by(struct address it)
{
    if (!is_ipv4(it))
        memset(it.bytes + 8, 0, 8);
    return it;
}

static struct known *set_of(struct address it)
{
    pj_uint64_t mixed = secret;
    unsigned i;

    for (i = 0; i < sizeof(it.bytes); ++i)
        mixed = (mixed ^ it.bytes[i]) * 0x9E3779B97F4A7C15ull, mixed ^= mixed >> 29;
    return sources[mixed % SETS];
}

static struct known *find(struct address it)
{
    struct known *set;
    unsigned i;

    it = counted_by(it);
    set = set_of(it);
    for (i = 0; i < WAYS; ++i)
        if (set[i].seen != 0 && memcmp(&set[i].address, &it, sizeof(it)) == 0)
            return &set[i];
    return NULL;
}

/* What is known of a source; the one that was silent longest makes room, of those we have called the last. */
static struct known *remember(struct address it, pj_uint32_t now)
{
    struct known *found = find(it), *set;
    unsigned i;

    if (found == NULL) {
        it = counted_by(it);
        set = set_of(it);
        found = &set[0];
        for (i = 1; i < WAYS && found->seen != 0; ++i) {
            const pj_bool_t keeps = found->called_until != 0 && !has_come(now, found->called_until);
            const pj_bool_t other_keeps = set[i].called_until != 0 && !has_come(now, set[i].called_until);
            if (set[i].seen == 0 || (keeps && !other_keeps)
                || (keeps == other_keeps && (pj_int32_t) (set[i].seen - found->seen) < 0))
                found = &set[i];
        }
        memset(found, 0, sizeof(*found));
        found->address = it;
    }
    found->seen = now;
    return found;
}

static pj_bool_t has_token(struct bucket *bucket, const struct allowance *allowance, pj_uint32_t now)
{
    if (allowance->per_second <= 0)
        return PJ_TRUE;
    if (bucket->at == 0)
        bucket->tokens = allowance->burst;
    else
        bucket->tokens += (now - bucket->at) / 1000.0 * allowance->per_second;
    if (bucket->tokens > allowance->burst)
        bucket->tokens = allowance->burst;
    bucket->at = now;
    return bucket->tokens >= 1;
}

/* Whether one more is within the limits, of this source and of all of its kind; if so it is counted. */
static pj_bool_t may(struct known *source, pj_bool_t is_stranger, enum rate rate, pj_uint32_t now)
{
    struct bucket *of_all = &together[is_stranger != PJ_FALSE][rate];

    if (!has_token(&source->buckets[rate], &rules->each[rate], now))
        return PJ_FALSE;
    if (!has_token(of_all, &rules->all[rate], now))
        return PJ_FALSE;
    source->buckets[rate].tokens -= 1;
    of_all->tokens -= 1;
    return PJ_TRUE;
}

/* --- who, and what is told ---------------------------------------------------------------------------------------- */

static unsigned kinds_of(struct address it, unsigned port, pj_uint32_t now)
{
    unsigned kinds = 0, i;
    const struct known *source;

    for (i = 0; i < rules->network_count; ++i) {
        const struct network *network = &rules->networks[i];
        if ((network->port == 0 || network->port == port) && is_in(it, network))
            kinds |= network->source;
    }
    source = find(it);
    if (source != NULL && source->called_until != 0 && !has_come(now, source->called_until))
        kinds |= CALLED;
    return kinds;
}

/* Whether we connect to this very port by TLS. A connection from there would be taken for one of ours. */
static pj_bool_t listens(struct address it, unsigned port)
{
    unsigned i;

    for (i = 0; i < rules->listening_count; ++i)
        if (rules->listening[i].port == port && is_in(it, &rules->listening[i]))
            return PJ_TRUE;
    return PJ_FALSE;
}

static void tell(struct address it, const char *why)
{
    char text[INET6_ADDRSTRLEN];
    unsigned i;

    print_address(it, text, sizeof(text));
    for (i = 0; i < telling_count; ++i)
        if (tellings[i].why == why && strcmp(tellings[i].address, text) == 0)
            break;
    if (i == MOST_TOLD) {
        ++untold;
        return;
    }
    if (i == telling_count) {
        strcpy(tellings[i].address, text);
        tellings[i].why = why;
        tellings[i].count = 0;
        ++telling_count;
    }
    ++tellings[i].count;
}

/* --- bytes --------------------------------------------------------------------------------------------------------- */

static void send_back(pjsip_rx_data *packet, const char *answer, size_t length)
{
    pjsip_transport *transport = packet->tp_info.transport;
    pjsip_tpselector only_this;

    pj_bzero(&only_this, sizeof(only_this));
    only_this.type = PJSIP_TPSELECTOR_TRANSPORT;
    only_this.u.transport = transport;
    pjsip_tpmgr_send_raw(pjsip_endpt_get_tpmgr(endpoint), (pjsip_transport_type_e) transport->key.type, &only_this, NULL,
                         answer, length, &packet->pkt_info.src_addr, packet->pkt_info.src_addr_len, NULL, NULL);
}

/* Turns a message away: answered once, where it is a request and there is an answer left for its source. */
static void refuse(pjsip_rx_data *packet, pj_bool_t is_stranger, const struct door_head *head, int status)
{
    const struct address from = address_of(&packet->pkt_info.src_addr);
    const pj_uint32_t now = now_ms();
    char answer[4096], allow[sizeof(rules->allow)];
    size_t length = 0;

    pthread_mutex_lock(&lock);
    if (may(remember(from, now), is_stranger, REFUSALS, now)) {
        strcpy(allow, rules->allow);
        length = door_write_answer(head, status, our_tag, allow, answer, sizeof(answer));
        counters[ANSWERED] += length > 0;
    }
    pthread_mutex_unlock(&lock);
    if (length > 0)
        send_back(packet, answer, length);
}

/* What the library is told to have eaten of a packet; -1: it is for the library. */
long sambut_door_packet(pjsip_rx_data *packet)
{
    const struct address from = address_of(&packet->pkt_info.src_addr);
    const unsigned port = pj_sockaddr_get_port(&packet->pkt_info.src_addr);
    const pj_bool_t is_stream = (packet->tp_info.transport->flag & PJSIP_TRANSPORT_DATAGRAM) == 0;
    const pj_uint32_t now = now_ms();
    struct door_head head;
    pj_bool_t is_stranger, is_silent;

    if (rules == NULL)
        return -1;
    pthread_mutex_lock(&lock);
    is_stranger = kinds_of(from, port, now) == 0;
    if (!is_stranger) {
        pthread_mutex_unlock(&lock);
        return -1;
    }
    ++counters[STRANGERS];
    tell(from, "stranger");
    is_silent = rules->drops_strangers;
    pthread_mutex_unlock(&lock);
    if (!is_silent) {
        door_read_head(packet->pkt_info.packet, (size_t) packet->pkt_info.len, &head);
        if (is_stream && head.body == 0 && !head.is_broken && packet->pkt_info.len < 4000)
            return 0;   /* the rest of the head is on its way; who never sends it runs into the transport's time-out */
        if (head.body != 0)
            refuse(packet, PJ_TRUE, &head, PJSIP_SC_FORBIDDEN);
    }
    if (is_stream)
        pjsip_transport_shutdown(packet->tp_info.transport);
    return (long) packet->pkt_info.len;
}

static pj_bool_t is_method(const struct door_head *head, const char *name)
{
    return head->method.length == strlen(name) && strncmp(head->method.at, name, head->method.length) == 0;
}

/* The limit on what begins anew; within a dialog there is none but that on messages. */
static const char *beyond_rate(struct address from, const struct door_head *head, pj_uint32_t now)
{
    if (!head->is_request || head->is_inside || is_method(head, "ACK") || is_method(head, "CANCEL"))
        return NULL;
    if (is_method(head, "INVITE"))
        return may(remember(from, now), PJ_FALSE, CALLS, now) ? NULL : "too_many_calls";
    return may(remember(from, now), PJ_FALSE, POLLS, now) ? NULL : "too_many_polls";
}

/* What is too often of a message of somebody known; `status` is what it is answered with, 0 for nothing. What begins anew is
 * looked at first: a flood of it under a trunk's address takes nothing from the calls that the trunk has.
 */
static const char *too_often(pjsip_rx_data *packet, const struct door_head *head, int *status)
{
    const struct address from = address_of(&packet->pkt_info.src_addr);
    const pj_uint32_t now = now_ms();
    const char *why = beyond_rate(from, head, now);

    *status = why != NULL ? PJSIP_SC_SERVICE_UNAVAILABLE : 0;
    if (why == NULL && !may(remember(from, now), PJ_FALSE, MESSAGES, now))
        why = "too_many_messages";
    return why;
}

static pj_bool_t is_about_a_body(int status, const char *why)
{
    return status == PJSIP_SC_NOT_ACCEPTABLE_HERE || status == PJSIP_SC_REQUEST_ENTITY_TOO_LARGE
        || strcmp(why, "nested_parts") == 0;
}

/* One whole message of somebody known, not parsed yet; PJ_TRUE when it is dealt with. */
int sambut_door_message(pjsip_rx_data *packet, char *message, size_t length)
{
    const struct address from = address_of(&packet->pkt_info.src_addr);
    struct door_head head;
    const char *why;
    enum counter counted = TOO_MANY;
    int status;

    if (rules == NULL)
        return PJ_FALSE;
    door_read_head(message, length, &head);
    pthread_mutex_lock(&lock);
    why = too_often(packet, &head, &status);
    if (why == NULL) {
        status = door_measure(message, length, &head, &rules->limits, &why);
        counted = why != NULL ? TOO_MUCH : PASSED;
    }
    if (why != NULL)
        tell(from, why);
    ++counters[counted];
    pthread_mutex_unlock(&lock);
    if (why == NULL)
        return PJ_FALSE;
    if (status == 0)
        return PJ_TRUE;
    if (!head.is_request && !head.is_broken && head.content_type.at != NULL && is_about_a_body(status, why)) {
        /* An answer may not be lost, or the call would hang in the air: it loses its body instead, which then is of no
         * type, and the call fails for lack of one. */
        message[head.content_type.at - message] = 'X';
        return PJ_FALSE;
    }
    refuse(packet, PJ_FALSE, &head, status);
    return PJ_TRUE;
}

/* Sockets are closed without a word to us: one whose other end is another's now, or nobody's, is counted no more. */
static void forget_closed_connections(pj_uint32_t now)
{
    unsigned i = 0;

    if (now - looked_at < LOOK_AT_CONNECTIONS_MS)
        return;
    looked_at = now;
    while (i < connection_count) {
        pj_sockaddr remote;
        int length = sizeof(remote);
        struct address from;

        if (pj_sock_getpeername(connections[i].socket, &remote, &length) == PJ_SUCCESS) {
            from = address_of(&remote);
            if (pj_sockaddr_get_port(&remote) == connections[i].port
                && memcmp(&from, &connections[i].from, sizeof(from)) == 0) {
                ++i;
                continue;
            }
        }
        connections[i] = connections[--connection_count];
    }
}

/* Whether there is room for one more connection of this source, beside those that it has and those of others. */
static pj_bool_t has_room(struct address from, unsigned kinds, pj_uint32_t now)
{
    const struct address counted = counted_by(from);
    unsigned i, of_it = 0, of_no_trunk = 0;

    forget_closed_connections(now);
    for (i = 0; i < connection_count; ++i) {
        const struct address other = counted_by(connections[i].from);
        of_it += memcmp(&other, &counted, sizeof(counted)) == 0;
        of_no_trunk += (connections[i].kinds & TRUNK) == 0;
    }
    if (connection_count == MOST_CONNECTIONS)
        return PJ_FALSE;
    if ((kinds & TRUNK) != 0)
        return of_it < MOST_OF_A_TRUNK;
    return of_it < MOST_OF_ONE && of_no_trunk < MOST_CONNECTIONS - ROOM_FOR_TRUNKS;
}

/* Whether a connection may come in. TLS is for those we know: a handshake costs more than a call. */
int sambut_door_accept(const void *address, long socket, int is_secure)
{
    const pj_sockaddr *remote = (const pj_sockaddr*) address;
    const struct address from = address_of(remote);
    const pj_uint32_t now = now_ms();
    const char *why = "too_many_connections";
    unsigned count, kinds;
    pj_bool_t passes;

    if (rules == NULL)
        return PJ_TRUE;
    count = pjsip_tpmgr_get_transport_count(pjsip_endpt_get_tpmgr(endpoint));
    pthread_mutex_lock(&lock);
    kinds = kinds_of(from, pj_sockaddr_get_port(remote), now);
    if (kinds == 0 && (is_secure || rules->drops_strangers)) {
        passes = PJ_FALSE;
    } else if (is_secure && listens(from, pj_sockaddr_get_port(remote))) {
        passes = PJ_FALSE;
        why = "connection_from_listener";
    } else {
        passes = count < (kinds == 0 ? MOST_OF_STRANGERS : MOST_CONNECTIONS) && has_room(from, kinds, now)
            && may(remember(from, now), kinds == 0, CONNECTIONS, now);
    }
    if (kinds == 0)
        why = "stranger_connection";
    if (passes) {
        connections[connection_count++] =
            (struct connection) { from, pj_sockaddr_get_port(remote), kinds, socket };
    } else {
        ++counters[CONNECTIONS_REFUSED];
        tell(from, why);
    }
    pthread_mutex_unlock(&lock);
    return passes;
}

/* Whether somebody is no stranger. */
int sambut_door_knows(const void *address)
{
    const pj_sockaddr *remote = (const pj_sockaddr*) address;
    pj_bool_t knows = PJ_TRUE;

    if (rules != NULL) {
        pthread_mutex_lock(&lock);
        knows = kinds_of(address_of(remote), pj_sockaddr_get_port(remote), now_ms()) != 0;
        pthread_mutex_unlock(&lock);
    }
    return knows;
}

/* --- parsed messages ------------------------------------------------------------------------------------------------ */

static pj_bool_t is_sip(const void *uri)
{
    const pj_str_t *scheme;

    if (uri == NULL)
        return PJ_FALSE;
    scheme = pjsip_uri_get_scheme(pjsip_uri_get_uri((void*) uri));
    return pj_stricmp2(scheme, "sip") == 0 || pj_stricmp2(scheme, "sips") == 0;
}

static pj_bool_t has_foreign_uri(const pjsip_hdr *header)
{
    switch (header->type) {
    case PJSIP_H_RECORD_ROUTE:
    case PJSIP_H_ROUTE:
        return !is_sip(((const pjsip_routing_hdr*) header)->name_addr.uri);
    case PJSIP_H_CONTACT:
        return !is_sip(((const pjsip_contact_hdr*) header)->uri);
    default:
        return PJ_FALSE;
    }
}

/* What the table says of a request: 0 passes. Where a source is of several kinds, what any of them may, it may. */
static int status_of(const pj_str_t *name, enum place place, unsigned kinds)
{
    int status = UNLISTED_STATUS;
    unsigned i, k;

    for (i = 0; i < rules->method_count; ++i) {
        const struct method *method = &rules->methods[i];
        if (pj_strcmp2(name, method->name) != 0)
            continue;
        for (k = 0; k < PJ_ARRAY_SIZE(SOURCES); ++k) {
            const int said = method->status[place][k];
            if ((kinds & (1u << k)) == 0 || said < 0)
                continue;
            if (said == 0)
                return 0;
            status = said;
        }
    }
    return status;
}

static int judge(pjsip_rx_data *rdata)
{
    static const pj_str_t REPLACES = { "Replaces", 8 };
    const pjsip_msg *msg = rdata->msg_info.msg;
    const enum place place = rdata->msg_info.to->tag.slen > 0 ? INSIDE : OUTSIDE;
    const unsigned port = (unsigned) rdata->pkt_info.src_port;
    const struct address from = address_of(&rdata->pkt_info.src_addr);
    const pjsip_hdr *header;
    int status;

    for (header = msg->hdr.next; header != &msg->hdr; header = header->next)
        if (has_foreign_uri(header))
            return PJSIP_SC_BAD_REQUEST;
    status = status_of(&msg->line.req.method.name, place, kinds_of(from, port, now_ms()));
    if (status == 0 && pjsip_msg_find_hdr_by_name(msg, &REPLACES, NULL) != NULL)
        status = PJSIP_SC_DECLINE;
    if (status != 0) {
        tell(from, status == PJSIP_SC_BAD_REQUEST ? "foreign_uri" : "method");
        ++counters[METHODS_REFUSED];
    }
    return status;
}

/* OPTIONS within a dialog asks whether the call is still up, and for who asks nothing but 200 means yes (RFC 3261 section
 * 11.2). The library has no answer to it but 500. 0: it is another request.
 */
static int status_of_a_call(pjsip_rx_data *rdata)
{
    const pj_str_t *ours = &rdata->msg_info.to->tag;

    if (rdata->msg_info.msg->line.req.method.id != PJSIP_OPTIONS_METHOD || ours->slen == 0)
        return 0;
    return pjsip_ua_find_dialog(&rdata->msg_info.cid->id, ours, &rdata->msg_info.from->tag, PJ_FALSE) != NULL
        ? PJSIP_SC_OK : PJSIP_SC_CALL_TSX_DOES_NOT_EXIST;
}

static pj_bool_t on_request(pjsip_rx_data *rdata)
{
    static const pj_str_t ALLOW = { "Allow", 5 };
    pjsip_generic_string_hdr *allow;
    pjsip_hdr headers;
    pj_str_t methods;
    char text[sizeof(rules->allow)];
    int status;

    if (rules == NULL)
        return PJ_FALSE;
    pthread_mutex_lock(&lock);
    status = judge(rdata);
    strcpy(text, rules->allow);
    pthread_mutex_unlock(&lock);
    if (status == 0)
        status = status_of_a_call(rdata);
    if (status == 0)
        return PJ_FALSE;
    if (rdata->msg_info.msg->line.req.method.id == PJSIP_ACK_METHOD)
        return PJ_TRUE;
    pj_list_init(&headers);
    methods = pj_str(text);
    allow = pjsip_generic_string_hdr_create(rdata->tp_info.pool, &ALLOW, &methods);
    pj_list_push_back(&headers, allow);
    pjsip_endpt_respond_stateless(endpoint, rdata, status, NULL, &headers, NULL);
    return PJ_TRUE;
}

/* An answer's routes and contacts are used without another look. */
static pj_bool_t on_response(pjsip_rx_data *rdata)
{
    pjsip_msg *msg = rdata->msg_info.msg;
    pjsip_hdr *header = msg->hdr.next;

    while (rules != NULL && header != &msg->hdr) {
        pjsip_hdr *next = header->next;
        if (has_foreign_uri(header)) {
            if ((void*) header == (void*) rdata->msg_info.record_route)
                rdata->msg_info.record_route = NULL;
            pj_list_erase(header);
            pthread_mutex_lock(&lock);
            ++counters[STRIPPED];
            pthread_mutex_unlock(&lock);
        }
        header = next;
    }
    return PJ_FALSE;
}

/* Whom we ask may answer, and go on with the call. */
static pj_status_t on_sent(pjsip_tx_data *tdata)
{
    if (rules != NULL && tdata->tp_info.dst_addr_len > 0) {
        const pj_uint32_t now = now_ms();
        pthread_mutex_lock(&lock);
        remember(address_of(&tdata->tp_info.dst_addr), now)->called_until = (now + CALLED_FOR_MS) | 1u;
        pthread_mutex_unlock(&lock);
    }
    return PJ_SUCCESS;
}

static pjsip_module door = {
    .name = { "mod-sambut-door", 15 },
    .id = -1,
    .priority = PJSIP_MOD_PRIORITY_TRANSPORT_LAYER - 4,
    .on_rx_request = &on_request,
    .on_rx_response = &on_response,
    .on_tx_request = &on_sent,
};

/* --- rules ---------------------------------------------------------------------------------------------------------- */

static int index_of(const char *word, const char *const *names, unsigned count)
{
    unsigned i;
    for (i = 0; i < count; ++i)
        if (strcmp(word, names[i]) == 0)
            return (int) i;
    return -1;
}

/* `10.0.0.0/8`, `2001:db8::1/128`, or for the browsers' end `127.0.0.1:5081`. */
static pj_bool_t read_address(struct network *network, unsigned source, const char *text)
{
    char address[INET6_ADDRSTRLEN + 1] = "";
    unsigned bits = 0, port = 0;
    pj_sockaddr parsed;

    pj_bzero(&parsed, sizeof(parsed));
    if (source == LINE) {
        if (sscanf(text, "%45[0-9.]:%u", address, &port) != 2)
            return PJ_FALSE;
        bits = 32;
    } else if (sscanf(text, "%45[0-9a-fA-F:.]/%u", address, &bits) != 2) {
        return PJ_FALSE;
    }
    if (inet_pton(AF_INET, address, &parsed.ipv4.sin_addr) == 1) {
        parsed.addr.sa_family = pj_AF_INET();
        bits += 96;
    } else if (inet_pton(AF_INET6, address, &parsed.ipv6.sin6_addr) == 1) {
        parsed.addr.sa_family = pj_AF_INET6();
    } else {
        return PJ_FALSE;
    }
    network->address = address_of(&parsed);
    network->bits = bits;
    network->port = port;
    network->source = source;
    return bits <= 128 && port <= 65535;
}

static pj_bool_t read_network(struct rules *made, unsigned source, const char *text)
{
    return made->network_count < MOST_NETWORKS && read_address(&made->networks[made->network_count++], source, text);
}

static pj_bool_t read_listening(struct rules *made, const char *text, int port)
{
    struct network *network = &made->listening[made->listening_count];

    if (made->listening_count == MOST_NETWORKS || port < 1 || port > 65535 || !read_address(network, TRUNK, text))
        return PJ_FALSE;
    network->port = (unsigned) port;
    ++made->listening_count;
    return PJ_TRUE;
}

static struct method *method_named(struct rules *made, const char *name)
{
    struct method *method;
    unsigned i;

    for (i = 0; i < made->method_count; ++i)
        if (strcmp(made->methods[i].name, name) == 0)
            return &made->methods[i];
    if (made->method_count == MOST_METHODS || strlen(name) >= sizeof(method->name))
        return NULL;
    method = &made->methods[made->method_count++];
    strcpy(method->name, name);
    memset(method->status, -1, sizeof(method->status));
    return method;
}

static pj_bool_t read_limit(struct rules *made, const char *name, unsigned number)
{
    static const char *const NAMES[] = {
        "bytes", "head", "lines", "line", "body_lines", "media", "attributes", "crypto", "parts"
    };
    unsigned *const places[] = {
        &made->limits.bytes, &made->limits.head, &made->limits.lines, &made->limits.line, &made->limits.body_lines,
        &made->limits.media, &made->limits.attributes, &made->limits.crypto, &made->limits.parts
    };
    const int index = index_of(name, NAMES, PJ_ARRAY_SIZE(NAMES));

    if (index < 0)
        return PJ_FALSE;
    *places[index] = number;
    return PJ_TRUE;
}

static pj_bool_t read_rule(struct rules *made, const char *line)
{
    char words[3][64] = { "", "", "" };
    double per_second, burst;
    int source, place, rate, status, number;
    struct method *method;

    if (strncmp(line, "allow ", 6) == 0 && strlen(line + 6) < sizeof(made->allow)) {
        strcpy(made->allow, line + 6);
        return PJ_TRUE;
    }
    if (sscanf(line, "answer %63s %63s %63s %d", words[0], words[1], words[2], &status) == 4) {
        method = method_named(made, words[0]);
        place = index_of(words[1], PLACES, PJ_ARRAY_SIZE(PLACES));
        source = index_of(words[2], SOURCES, PJ_ARRAY_SIZE(SOURCES));
        if (method == NULL || place < 0 || source < 0)
            return PJ_FALSE;
        if (status != 0 && (status < 300 || status > 699))
            return PJ_FALSE;
        method->status[place][source] = status;
        return PJ_TRUE;
    }
    if (sscanf(line, "rate %63s %63s %lf %lf", words[0], words[1], &per_second, &burst) == 4) {
        rate = index_of(words[1], RATE_NAMES, RATES);
        if (rate < 0 || per_second < 0 || burst < 1 || (strcmp(words[0], "each") != 0 && strcmp(words[0], "all") != 0))
            return PJ_FALSE;
        (strcmp(words[0], "each") == 0 ? made->each : made->all)[rate] = (struct allowance) { per_second, burst };
        return PJ_TRUE;
    }
    if (sscanf(line, "admit %63s %63s", words[0], words[1]) == 2) {
        source = index_of(words[0], SOURCES, PJ_ARRAY_SIZE(SOURCES) - 1);
        return source >= 0 && read_network(made, 1u << source, words[1]);
    }
    if (sscanf(line, "listens %63s %d", words[0], &number) == 2)
        return read_listening(made, words[0], number);
    if (sscanf(line, "most %63s %d", words[0], &number) == 2)
        return number > 0 && read_limit(made, words[0], (unsigned) number);
    if (strcmp(line, "strangers refuse") == 0 || strcmp(line, "strangers drop") == 0) {
        made->drops_strangers = strcmp(line, "strangers drop") == 0;
        return PJ_TRUE;
    }
    return PJ_FALSE;
}

int door_rules(const char *text)
{
    struct rules *made = (struct rules*) calloc(1, sizeof(*made)), *old;
    char line[512];
    int number = 0;

    if (made == NULL)
        return -1;
    while (*text != '\0') {
        const size_t length = strcspn(text, "\n");
        ++number;
        if (length >= sizeof(line)) {
            free(made);
            return number;
        }
        memcpy(line, text, length);
        line[length] = '\0';
        if (length > 0 && !read_rule(made, line)) {
            free(made);
            return number;
        }
        text += length + (text[length] == '\n');
    }
    pthread_mutex_lock(&lock);
    old = rules;
    rules = made;
    pthread_mutex_unlock(&lock);
    free(old);
    return 0;
}

/* `Allow`, `Supported` and `Accept` of our own messages name only what we do; the library's modules named all they can. */
static void name_only(int type, const char *const *wanted, unsigned count)
{
    pjsip_generic_array_hdr *header;
    unsigned i, kept = 0;

    header = (pjsip_generic_array_hdr*) pjsip_endpt_get_capability(endpoint, type, NULL);
    if (header == NULL)
        return;
    for (i = 0; i < header->count; ++i) {
        unsigned k;
        for (k = 0; k < count; ++k)
            if (pj_stricmp2(&header->values[i], wanted[k]) == 0)
                break;
        if (k < count)
            header->values[kept++] = header->values[i];
    }
    header->count = kept;
}

/* The packages of the library's event server, which takes no subscription. */
static void name_no_events(void)
{
    static const pj_str_t ALLOW_EVENTS = { "Allow-Events", 12 };
    pjsip_hdr *header = (pjsip_hdr*) pjsip_endpt_get_capability(endpoint, PJSIP_H_OTHER, &ALLOW_EVENTS);

    if (header != NULL)
        pj_list_erase(header);
}

int door_open(pjsip_endpoint *endpt)
{
    static const char *const METHODS[] = { "INVITE", "ACK", "BYE", "CANCEL", "OPTIONS", "INFO", "UPDATE", "PRACK" };
    static const char *const EXTENSIONS[] = { "100rel", "timer" };
    static const char *const BODIES[] = { "application/sdp" };
    pj_uint64_t drawn[2];   /* the tag is seen by everybody, and tells nothing of the other */

    pthread_mutex_lock(&lock);
    endpoint = endpt;
    memset(sources, 0, sizeof(sources));
    memset(together, 0, sizeof(together));
    memset(counters, 0, sizeof(counters));
    telling_count = 0;
    untold = 0;
    connection_count = 0;
    if (getrandom(drawn, sizeof(drawn), 0) != (ssize_t) sizeof(drawn)) {
        pthread_mutex_unlock(&lock);
        return PJ_EUNKNOWN;
    }
    secret = drawn[0];
    snprintf(our_tag, sizeof(our_tag), "%016llx", (unsigned long long) drawn[1]);
    pthread_mutex_unlock(&lock);
    name_only(PJSIP_H_ALLOW, METHODS, PJ_ARRAY_SIZE(METHODS));
    name_only(PJSIP_H_SUPPORTED, EXTENSIONS, PJ_ARRAY_SIZE(EXTENSIONS));
    name_only(PJSIP_H_ACCEPT, BODIES, PJ_ARRAY_SIZE(BODIES));
    name_no_events();
    sambut_tls_filter = &sambut_door_accept;
    door.id = -1;
    return pjsip_endpt_register_module(endpoint, &door);
}

/* --- what the service asks ------------------------------------------------------------------------------------------ */

const char *door_counters(void)
{
    static char text[COUNTERS * 48];
    size_t used = 0;
    unsigned i;

    pthread_mutex_lock(&lock);
    for (i = 0; i < COUNTERS; ++i)
        used += (size_t) snprintf(text + used, sizeof(text) - used, "%s %lu\n", COUNTER_NAMES[i], counters[i]);
    pthread_mutex_unlock(&lock);
    return text;
}

/* Lines of `address reason count`; `-` for those whose addresses were too many to keep. Each is told once. */
const char *door_told(void)
{
    static char text[(MOST_TOLD + 1) * 96];
    size_t used = 0;
    unsigned i;

    pthread_mutex_lock(&lock);
    text[0] = '\0';
    for (i = 0; i < telling_count; ++i)
        used += (size_t) snprintf(text + used, sizeof(text) - used, "%s %s %lu\n", tellings[i].address, tellings[i].why,
                                  tellings[i].count);
    if (untold > 0)
        snprintf(text + used, sizeof(text) - used, "- others %lu\n", untold);
    telling_count = 0;
    untold = 0;
    pthread_mutex_unlock(&lock);
    return text;
}
