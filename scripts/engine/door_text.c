/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Raw SIP messages, read no further than needed to turn them away: no memory, no state, no library.
 */
#include <pjsip/sambut_door.h>

#include <arpa/inet.h>
#include <stdio.h>
#include <ctype.h>
#include <string.h>
#include <strings.h>

#define MOST_ANSWER_LINES 2000  /* bytes of a request that an answer repeats */

static const char VERSION[] = "SIP/2.0";

static int begins_with(struct door_piece piece, const char *text)
{
    const size_t length = strlen(text);
    return piece.length >= length && strncasecmp(piece.at, text, length) == 0;
}

static int is(struct door_piece piece, const char *text)
{
    return piece.length == strlen(text) && begins_with(piece, text);
}

static struct door_piece trimmed(struct door_piece piece)
{
    while (piece.length > 0 && (*piece.at == ' ' || *piece.at == '\t'))
        ++piece.at, --piece.length;
    while (piece.length > 0 && strchr(" \t\r\n", piece.at[piece.length - 1]) != NULL)
        --piece.length;
    return piece;
}

/* The next line of a text and its end taken off; in a head, lines that go on with a blank are one (RFC 3261 section
 * 7.3.1). A line of a head may end with CR, LF or both, as the library reads it.
 */
static struct door_piece take_line(struct door_piece *rest, int is_head)
{
    struct door_piece line = { rest->at, 0 };
    const char *end = rest->at + rest->length, *at = rest->at;

    for (;;) {
        while (at < end && *at != '\r' && *at != '\n')
            ++at;
        line.length = (size_t) (at - line.at);
        if (at < end && *at == '\r')
            ++at;
        if (at < end && *at == '\n')
            ++at;
        if (!is_head || line.length == 0 || at >= end || (*at != ' ' && *at != '\t'))
            break;
    }
    rest->length = (size_t) (end - at);
    rest->at = at;
    return line;
}

static int has_forbidden_bytes(struct door_piece line)
{
    size_t i;
    for (i = 0; i < line.length; ++i)
        if ((unsigned char) line.at[i] < ' ' && strchr("\t\r\n", line.at[i]) == NULL)
            return 1;
    return line.length > 0 && memchr(line.at, '\0', line.length) != NULL;
}

static size_t past_blanks(struct door_piece piece, size_t i)
{
    while (i < piece.length && memchr(" \t\r\n", piece.at[i], 4) != NULL)
        ++i;
    return i;
}

/* Whether a parameter is a tag: 1 with a value, 0 without one, -1 for another parameter. */
static int is_tag(struct door_piece parameter)
{
    size_t i;

    if (!begins_with(parameter, "tag"))
        return -1;
    i = past_blanks(parameter, 3);
    if (i < parameter.length && parameter.at[i] == ';')
        return 0;
    if (i < parameter.length && parameter.at[i] != '=')
        return -1;
    i = past_blanks(parameter, i + 1);
    return i < parameter.length
        && (isalnum((unsigned char) parameter.at[i]) || memchr("-.!%*_+`'~", parameter.at[i], 10) != NULL);
}

/* Whether a header's value has a tag parameter: outside quotes and angle brackets. The last one counts, and an empty one
 * is none, as the library reads it: else an INVITE with an empty tag would be a new call to it, and none to the limits.
 */
static int has_tag(struct door_piece value)
{
    int is_quoted = 0, in_brackets = 0, found = 0;
    size_t i;

    for (i = 0; i < value.length; ++i) {
        const char byte = value.at[i];
        if (is_quoted) {
            if (byte == '\\')
                ++i;
            else if (byte == '"')
                is_quoted = 0;
        } else if (byte == '"') {
            is_quoted = 1;
        } else if (byte == '<' || byte == '>') {
            in_brackets = byte == '<';
        } else if (byte == ';' && !in_brackets) {
            struct door_piece rest = { value.at + i + 1, value.length - i - 1 };
            const int tag = is_tag(trimmed(rest));
            if (tag >= 0)
                found = tag;
        }
    }
    return found;
}

static void read_start_line(struct door_piece line, struct door_head *head)
{
    size_t i = 0;

    if (begins_with(line, "SIP/")) {
        head->is_broken = !begins_with(line, VERSION);
        return;
    }
    head->is_request = 1;
    while (i < line.length && line.at[i] != ' ')
        ++i;
    head->method.at = line.at;
    head->method.length = i;
    head->is_broken = i == 0 || i > 32 || line.length < i + sizeof(VERSION) + 1
        || strncasecmp(line.at + line.length - strlen(VERSION), VERSION, strlen(VERSION)) != 0;
}

static void read_header(struct door_piece line, struct door_head *head)
{
    const char *colon = memchr(line.at, ':', line.length);
    struct door_piece name, value;

    if (colon == NULL)
        return;
    name.at = line.at;
    name.length = (size_t) (colon - line.at);
    name = trimmed(name);
    value.at = colon + 1;
    value.length = line.length - (size_t) (colon + 1 - line.at);
    value = trimmed(value);
    if (is(name, "Via") || is(name, "v")) {
        if (head->via_count < sizeof(head->vias) / sizeof(*head->vias))
            head->vias[head->via_count] = line;
        ++head->via_count;
    } else if (is(name, "From") || is(name, "f")) {
        head->from = line;
    } else if (is(name, "To") || is(name, "t")) {
        head->to = line;
        head->is_inside = has_tag(value);
    } else if (is(name, "Call-ID") || is(name, "i")) {
        head->call_id = line;
    } else if (is(name, "CSeq")) {
        head->cseq = line;
    } else if (is(name, "Content-Type") || is(name, "c")) {
        head->content_type = line;
    }
}

void door_read_head(const char *message, size_t length, struct door_head *head)
{
    struct door_piece rest = { message, length }, line;

    memset(head, 0, sizeof(*head));
    while (rest.length > 0 && (*rest.at == '\r' || *rest.at == '\n'))
        ++rest.at, --rest.length;
    if (rest.length == 0) {
        head->is_broken = 1;
        return;
    }
    line = take_line(&rest, 1);
    read_start_line(line, head);
    while (rest.length > 0) {
        ++head->lines;
        if (line.length > head->longest)
            head->longest = line.length;
        if (has_forbidden_bytes(line))
            head->is_broken = 1;
        line = take_line(&rest, 1);
        if (line.length == 0) {
            head->body = (size_t) (rest.at - message);
            return;
        }
        read_header(line, head);
    }
}

/* The word at `index` of a line of SDP, words being parted by blanks. */
static struct door_piece word(struct door_piece line, unsigned index)
{
    struct door_piece found = { NULL, 0 };
    size_t i = 0;

    for (;; --index) {
        while (i < line.length && (line.at[i] == ' ' || line.at[i] == '\t'))
            ++i;
        found.at = line.at + i;
        while (i < line.length && line.at[i] != ' ' && line.at[i] != '\t')
            ++i;
        found.length = (size_t) (line.at + i - found.at);
        if (index == 0 || i >= line.length)
            break;
    }
    if (index > 0)
        found.length = 0;
    return found;
}

/* Whether an address in SDP is a name, which somebody would have to look up while everybody waits. */
static int is_a_name(struct door_piece address)
{
    char text[INET6_ADDRSTRLEN + 1];
    unsigned char binary[sizeof(struct in6_addr)];
    const char *slash = address.length > 0 ? memchr(address.at, '/', address.length) : NULL;

    if (slash != NULL)  /* of a multicast address */
        address.length = (size_t) (slash - address.at);
    if (address.length == 0)
        return 0;
    if (address.length >= sizeof(text))
        return 1;
    memcpy(text, address.at, address.length);
    text[address.length] = '\0';
    return inet_pton(AF_INET, text, binary) != 1 && inet_pton(AF_INET6, text, binary) != 1;
}

static int measure_body(struct door_piece rest, int is_multipart, const struct door_limits *limits, const char **why)
{
    unsigned lines = 0, media = 0, attributes = 0, crypto = 0, parts = 0;

    while (rest.length > 0) {
        const struct door_piece line = take_line(&rest, 0);
        ++lines;
        if (begins_with(line, "m=")) {
            ++media;
            attributes = crypto = 0;
        } else if (begins_with(line, "a=")) {
            ++attributes;
            crypto += (unsigned) begins_with(line, "a=crypto");
            if (begins_with(line, "a=rtcp:") && is_a_name(word(line, 3)))
                return *why = "name_in_sdp", 488;
        } else if (begins_with(line, "c=") && is_a_name(word(line, 2))) {
            return *why = "name_in_sdp", 488;
        } else if (is_multipart && begins_with(line, "--")) {
            ++parts;
        } else if (is_multipart && (begins_with(line, "Content-Type") || begins_with(line, "c:"))) {
            const struct door_piece value = { line.at, line.length };
            size_t i;
            for (i = 0; i + 10 <= value.length; ++i)
                if (strncasecmp(value.at + i, "multipart/", 10) == 0)
                    return *why = "nested_parts", 400;
        }
        if (media > limits->media || attributes > limits->attributes || crypto > limits->crypto)
            return *why = "large_sdp", 488;
        if (lines > limits->body_lines || parts > limits->parts + 1)
            return *why = "long_body", 413;
    }
    return 0;
}

int door_measure(const char *message, size_t length, const struct door_head *head, const struct door_limits *limits,
                 const char **why)
{
    struct door_piece body;
    int is_multipart = 0;
    size_t i;

    if (head->is_broken || head->body == 0)
        return *why = "malformed", 400;
    if (length > limits->bytes)
        return *why = "large", 513;
    if (head->body > limits->head || head->lines > limits->lines || head->longest > limits->line)
        return *why = "large_head", 400;
    body.at = message + head->body;
    body.length = length - head->body;
    for (i = 0; i + 10 <= head->content_type.length && !is_multipart; ++i)
        is_multipart = strncasecmp(head->content_type.at + i, "multipart/", 10) == 0;
    return measure_body(body, is_multipart, limits, why);
}

static const char *reason_of(int status)
{
    switch (status) {
    case 400: return "Bad Request";
    case 403: return "Forbidden";
    case 413: return "Request Entity Too Large";
    case 488: return "Not Acceptable Here";
    case 503: return "Service Unavailable";
    case 513: return "Message Too Large";
    default: return "Refused";
    }
}

size_t door_write_answer(const struct door_head *head, int status, const char *tag, const char *allow, char *buffer,
                         size_t size)
{
    const struct door_piece *same[] = { &head->from, &head->call_id, &head->cseq };
    size_t used = 0, repeated = head->from.length + head->to.length + head->call_id.length + head->cseq.length;
    unsigned i;

    if (head->is_broken || !head->is_request || is(head->method, "ACK"))
        return 0;
    if (head->via_count == 0 || head->via_count > sizeof(head->vias) / sizeof(*head->vias) || head->to.at == NULL)
        return 0;
    for (i = 0; i < sizeof(same) / sizeof(*same); ++i)
        if (same[i]->at == NULL)
            return 0;
    for (i = 0; i < head->via_count; ++i)
        repeated += head->vias[i].length;
    if (repeated > MOST_ANSWER_LINES || size < repeated + strlen(allow) + 300)
        return 0;

#define WRITE(...) used += (size_t) snprintf(buffer + used, size - used, __VA_ARGS__)
    WRITE("%s %d %s\r\n", VERSION, status, reason_of(status));
    for (i = 0; i < head->via_count; ++i)
        WRITE("%.*s\r\n", (int) head->vias[i].length, head->vias[i].at);
    for (i = 0; i < sizeof(same) / sizeof(*same); ++i)
        WRITE("%.*s\r\n", (int) same[i]->length, same[i]->at);
    WRITE("%.*s%s%s\r\n", (int) head->to.length, head->to.at, head->is_inside ? "" : ";tag=",
          head->is_inside ? "" : tag);
    if (status == 503)
        WRITE("Retry-After: 2\r\n");
    WRITE("Allow: %s\r\nContent-Length: 0\r\n\r\n", allow);
#undef WRITE
    return used;
}
