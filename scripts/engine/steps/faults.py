# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults of 2.17 that a sender can use, SDP's and keys' apart (sdp.py). What each is about: docs/engine.md."""

from editing import Kind, Step, above, before, instead

_CALL = "pjsip/src/pjsua-lib/pjsua_call.c"
_AUDIO = "pjsip/src/pjsua-lib/pjsua_aud.c"
_ACCOUNT = "pjsip/src/pjsua-lib/pjsua_acc.c"
_HASH = "pjlib/src/pj/hash.c"
_RESOLVER = "pjlib-util/src/pjlib-util/resolver.c"
_XML = "pjlib-util/src/pjlib-util/xml.c"
_DTLS = "pjmedia/src/pjmedia/transport_srtp_dtls.c"
_SSL = "pjlib/src/pj/ssl_sock_ossl.c"
_STUN = "pjnath/src/pjnath/stun_msg.c"
_ERROR_TABLES = (
    "pjlib-util/src/pjlib-util/errno.c",
    "pjmedia/src/pjmedia-audiodev/errno.c",
    "pjmedia/src/pjmedia/errno.c",
    "pjnath/src/pjnath/errno.c",
    "pjsip/src/pjsip-simple/errno.c",
    "pjsip/src/pjsip/sip_errno.c",
)
_OUT_OF_SIGHT = """static void sambut_out_of_sight(pjsua_call *call, const pjmedia_stream *stream)
{
    unsigned i;

    PJSUA_LOCK();
    for (i = 0; i < PJ_ARRAY_SIZE(call->media); ++i) {
        if (call->media[i].type == PJMEDIA_TYPE_AUDIO && call->media[i].strm.a.stream == stream)
            call->media[i].strm.a.stream = NULL;
        if (call->media_prov[i].type == PJMEDIA_TYPE_AUDIO && call->media_prov[i].strm.a.stream == stream)
            call->media_prov[i].strm.a.stream = NULL;
    }
    PJSUA_UNLOCK();
}

"""

_IN_TABLE = "first < (int)PJ_ARRAY_SIZE(err_str) && "

_SIPHASH = """
#include <sys/random.h>

/* SipHash-1-3 (Aumasson and Bernstein) with a key drawn at the start: whoever does not know it cannot choose keys that
 * meet in one row. */
static pj_uint64_t sambut_key[2];

__attribute__((constructor)) static void sambut_draw_key(void)
{
    if (getrandom(sambut_key, sizeof(sambut_key), 0) != sizeof(sambut_key))
        sambut_key[0] ^= (pj_uint64_t)(pj_size_t)&sambut_key;
}

#define SAMBUT_TURN(x, b) (((x) << (b)) | ((x) >> (64 - (b))))

static void sambut_round(pj_uint64_t v[4])
{
    v[0] += v[1]; v[2] += v[3];
    v[1] = SAMBUT_TURN(v[1], 13) ^ v[0]; v[3] = SAMBUT_TURN(v[3], 16) ^ v[2];
    v[0] = SAMBUT_TURN(v[0], 32);
    v[2] += v[1]; v[0] += v[3];
    v[1] = SAMBUT_TURN(v[1], 17) ^ v[2]; v[3] = SAMBUT_TURN(v[3], 21) ^ v[0];
    v[2] = SAMBUT_TURN(v[2], 32);
}

static pj_uint32_t sambut_hash(pj_uint32_t seed, const void *key, pj_size_t length, pj_bool_t lower)
{
    const pj_uint8_t *bytes = (const pj_uint8_t*)key;
    const pj_uint64_t k0 = sambut_key[0] ^ seed, k1 = sambut_key[1];
    pj_uint64_t v[4] = { k0 ^ 0x736f6d6570736575ULL, k1 ^ 0x646f72616e646f6dULL,
                         k0 ^ 0x6c7967656e657261ULL, k1 ^ 0x7465646279746573ULL };
    pj_uint64_t word = 0;
    pj_size_t i;

    for (i = 0; i < length; ++i) {
        word |= (pj_uint64_t)(lower ? pj_tolower(bytes[i]) : bytes[i]) << (8 * (i & 7));
        if ((i & 7) == 7) {
            v[3] ^= word; sambut_round(v); v[0] ^= word;
            word = 0;
        }
    }
    word |= (pj_uint64_t)length << 56;
    v[3] ^= word; sambut_round(v); v[0] ^= word;
    v[2] ^= 0xff;
    sambut_round(v); sambut_round(v); sambut_round(v);
    word = v[0] ^ v[1] ^ v[2] ^ v[3];
    return (pj_uint32_t)(word ^ (word >> 32));
}
"""

STEPS = (
    Step(
        "call-ended-in-media",
        """When a call's media cannot be made, the call may have let go of its session already; the way out looked into
        it all the same. One datagram ended the process.""",
        Kind.NEEDED,
        (
            instead(
                _CALL,
                r"if \( call -> inv -> dlg \) \{",
                "if (call->inv && call->inv->dlg) {",
                within="pjsua_call_on_incoming",
                times=2,
            ),
        ),
    ),
    Step(
        "trim-of-nothing",
        """An attribute without a value is no text at all, and cutting the blanks off its end read at address -1: found by
        `make fuzz` (`a=ptime:` and nothing behind it).""",
        Kind.NEEDED,
        (
            before(
                "pjlib/src/pj/string.c",
                r"while \( p >= str -> ptr && pj_isspace \( \* p \) \)",
                "if (str->slen <= 0)\n        return str;\n    ",
                within="pj_strrtrim",
            ),
        ),
    ),
    Step(
        "record-route-of-no-sip",
        """The top Record-Route was taken for a SIP address whatever it was. It must be one, or the call is refused (400).""",
        Kind.NEEDED,
        (
            before(
                _ACCOUNT,
                r"if \( sip_uri -> transport_param . slen == 0 \)",
                "if (sip_uri == NULL || (!PJSIP_URI_SCHEME_IS_SIP(sip_uri) && !PJSIP_URI_SCHEME_IS_SIPS(sip_uri)))\n"
                "        return PJSIP_EINVALIDREQURI;\n    ",
                within="pjsua_acc_create_uas_contact",
                then=r"sip_uri == NULL",
            ),
            instead(
                _CALL,
                r"(?P<head>pjsua_acc_create_uas_contact \([^;]*; if \( status != PJ_SUCCESS \) \{ ret_st_code =)"
                r" PJSIP_SC_INTERNAL_SERVER_ERROR ;",
                "$head status == PJSIP_EINVALIDREQURI ? PJSIP_SC_BAD_REQUEST : PJSIP_SC_INTERNAL_SERVER_ERROR;",
                within="pjsua_call_on_incoming",
            ),
        ),
    ),
    Step(
        "array-header-in-bounds",
        """Allow, Require and Supported wrote a byte behind a full buffer.""",
        Kind.NEEDED,
        (
            before(
                "pjsip/src/pjsip/sip_msg.c",
                r"copy_advance \( p , \( \* hname \) \) ; \* p \+\+ = ':' ; \* p \+\+ = ' ' ; if \( hdr -> count > 0 \)",
                "if ((pj_ssize_t)size < hname->slen + 3)\n        return -1;\n    ",
                within="pjsip_generic_array_hdr_print",
            ),
        ),
    ),
    Step(
        "multipart-without-parts",
        """A body of several parts that has none gave an error code as its length, and what came next was written there.""",
        Kind.NEEDED,
        (
            instead(
                "pjsip/src/pjsip/sip_multipart.c",
                r"(?P<head>PJ_ASSERT_RETURN \( m_data && ! pj_list_empty \( & m_data -> part_head \) ,) PJ_EINVAL \)",
                "$head -1)",
                within="multipart_print_body",
            ),
        ),
    ),
    Step(
        "service-routes-in-bounds",
        """A registrar's ninth Service-Route was written behind an array.""",
        Kind.NEEDED,
        (
            before(
                _ACCOUNT,
                r"uri \[ uri_cnt \+\+ \] = h -> name_addr . uri ;",
                "if (uri_cnt >= PJ_ARRAY_SIZE(uri)) {\n"
                '                PJ_LOG(2,(THIS_FILE, "too many Service-Routes: all left out"));\n'
                "                return;\n            }\n            ",
                within="update_service_route",
            ),
        ),
    ),
    Step(
        "dns-answers-of-ours",
        """A name server's answer was known by a number that counts up, whoever sent it: now by one drawn by lot, and
        only from a name server that was asked.""",
        Kind.NEEDED,
        (
            above(
                _RESOLVER,
                "on_read_complete",
                """
static pj_bool_t sambut_from_nameserver(const pj_dns_resolver *resolver, const pj_sockaddr *from)
{
    unsigned i;
    for (i = 0; i < resolver->ns_count; ++i) {
        if (pj_sockaddr_cmp(&resolver->ns[i].addr, from) == 0)
            return PJ_TRUE;
    }
    return PJ_FALSE;
}
""",
            ),
            instead(
                _RESOLVER,
                r"if \( bytes_read == 0 \)",
                "if (bytes_read == 0 || !sambut_from_nameserver(resolver, src_addr))",
                within="on_read_complete",
            ),
            above(
                _RESOLVER,
                "pj_dns_resolver_start_query",
                """
#include <sys/random.h>

/* A number that no query waits under. */
static pj_uint16_t sambut_query_id(pj_dns_resolver *resolver)
{
    pj_uint16_t id = 0;
    do {
        if (getrandom(&id, sizeof(id), 0) != sizeof(id))
            id = ++resolver->last_id;
    } while (id == 0 || pj_hash_get(resolver->hquerybyid, &id, sizeof(id), NULL) != NULL);
    return id;
}
""",
            ),
            instead(
                _RESOLVER,
                r"q -> id = resolver -> last_id \+\+ ; if \( resolver -> last_id == 0 \) resolver -> last_id = 1 ;",
                "q->id = sambut_query_id(resolver);",
                within="pj_dns_resolver_start_query",
            ),
        ),
    ),
    Step(
        "stun-ids-by-lot",
        """A STUN request's number was made of the process's id, a counter and a pseudo-random number.""",
        Kind.NEEDED,
        (
            above(_STUN, "pj_stun_msg_init", "#include <sys/random.h>"),
            before(
                _STUN,
                r"pj_memcpy \( & msg -> hdr . tsx_id , & id ,",
                "if (getrandom(&id, sizeof(id), 0) != sizeof(id))\n            return PJ_EUNKNOWN;\n        ",
                within="pj_stun_msg_init",
            ),
        ),
    ),
    Step(
        "stream-out-of-sight",
        """While an offer is worked on there are two copies of a call's media, and a stream that is destroyed by way of one
        stayed in the other: figures were read of what was freed. It goes out of both first, under the lock by which it is
        asked for. Found by `make fuzz`.""",
        Kind.NEEDED,
        (
            above(_AUDIO, "pjsua_aud_stop_stream", _OUT_OF_SIGHT),
            before(
                _AUDIO,
                r"pjmedia_stream_destroy \( strm \) ;",
                "sambut_out_of_sight(call_med->call, strm);\n        ",
                within="pjsua_aud_stop_stream",
            ),
        ),
    ),
    Step(
        "error-names-in-bounds",
        """The name of an error that is above all known ones was looked up behind the end of the table, such as of what a
        browser answers to a check of ICE's (STUN 650). Found by `make fuzz`.""",
        Kind.NEEDED,
        (
            *(
                before(path, r"PJ_ARRAY_SIZE \( err_str \) && err_str \[ first \] \. code", _IN_TABLE)
                for path in _ERROR_TABLES
            ),
            before(
                _STUN,
                r"stun_err_msg_map \[ first \] \. err_code ==",
                _IN_TABLE.replace("err_str", "stun_err_msg_map"),
                within="pj_stun_get_err_reason",
            ),
        ),
    ),
    Step(
        "certificate-names-whole",
        """A NUL inside a certificate's name ended the comparison: such a name is no name. The common name is the
        certificate's own field and not what some other field says that looks like it.""",
        Kind.NEEDED,
        (
            above(
                _SSL,
                "get_cert_info",
                """
/* The common name as it is, or none if there is a NUL in it. */
static void sambut_common_name(pj_pool_t *pool, X509 *x, pj_str_t *cn)
{
    X509_NAME *subject = X509_get_subject_name(x);
    const int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
    unsigned char *text = NULL;
    int length = -1;

    pj_bzero(cn, sizeof(*cn));
    if (at >= 0)
        length = ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at)));
    if (length > 0 && (int)strlen((const char*)text) == length)
        pj_strdup2(pool, cn, (const char*)text);
    if (text)
        OPENSSL_free(text);
}
""",
            ),
            instead(
                _SSL,
                r"get_cn_from_gen_name \( & ci -> subject . info , & ci -> subject . cn \) ;",
                "sambut_common_name(pool, x, &ci->subject.cn);",
                within="get_cert_info",
            ),
            before(
                _SSL,
                r"if \( p && len && type != PJ_SSL_CERT_NAME_UNKNOWN \)",
                "if (p && type != PJ_SSL_CERT_NAME_UNKNOWN && type != PJ_SSL_CERT_NAME_IP &&\n"
                "                ((int)len < 0 || strlen((const char*)p) != len))\n"
                "            {\n                OPENSSL_free(p);\n                p = NULL;\n            }\n            ",
                within="get_cert_info",
            ),
        ),
    ),
    Step(
        "xml-nested-in-bounds",
        """Elements inside elements were read as deep as they came, down to the end of the stack.""",
        Kind.NEEDED,
        (
            instead(
                _XML,
                r"\bxml_parse_node \( pool , scanner \)",
                "sambut_deeper(pool, scanner)",
                within="xml_parse_node",
                times=3,
            ),
            above(
                _XML,
                "xml_parse_node",
                """
static __thread int sambut_depth;
static pj_xml_node *xml_parse_node(pj_pool_t *pool, pj_scanner *scanner);

static pj_xml_node *sambut_deeper(pj_pool_t *pool, pj_scanner *scanner)
{
    pj_xml_node *node;

    if (sambut_depth >= 32)
        on_syntax_error(scanner);
    ++sambut_depth;
    node = xml_parse_node(pool, scanner);
    --sambut_depth;
    return node;
}
""",
            ),
            before(_XML, r"PJ_TRY \{", "sambut_depth = 0;\n    ", within="pj_xml_parse"),
        ),
    ),
    Step(
        "jitter-after-weeks",
        """The time of a packet's arrival was multiplied before it was divided: after 27 days (8 kHz; 5 at 48 kHz) of the
        machine's uptime the product wraps and the jitter figures jump.""",
        Kind.NEEDED,
        (
            instead(
                "pjmedia/src/pjmedia/rtcp.c",
                r"ts . u64 = ts . u64 \* sess -> clock_rate / sess -> ts_freq . u64 ;",
                "ts.u64 = ts.u64 / sess->ts_freq.u64 * sess->clock_rate +\n"
                "                 ts.u64 % sess->ts_freq.u64 * sess->clock_rate / sess->ts_freq.u64;",
                within="pjmedia_rtcp_rx_rtp2",
            ),
        ),
    ),
    Step(
        "dtls-flights-whole",
        """Of a flight of DTLS records that is longer than a packet only the first part went out, and it was read into
        more than its buffer holds. All go out, as many whole records to a packet as fit.""",
        Kind.NEEDED,
        (
            above(
                _DTLS,
                "ssl_flush_wbio",
                """
#define SAMBUT_RECORD_HEADER 13  /* RFC 6347 section 4.1; the last two of its bytes are the length of what follows */
#define SAMBUT_DATAGRAM 1400

/* As many whole records as fit into `room` bytes, at least one. How many bytes they have; 0 if there is none. */
static pj_size_t sambut_records(BIO *bio, unsigned char *buf, pj_size_t room)
{
    char *data;
    const pj_size_t waiting = (pj_size_t)BIO_get_mem_data(bio, &data);
    pj_size_t taken = 0, next;

    while (waiting - taken >= SAMBUT_RECORD_HEADER) {
        const unsigned char *record = (const unsigned char*)data + taken;
        next = taken + SAMBUT_RECORD_HEADER + ((record[11] << 8) | record[12]);
        if (next > waiting || next > room || (taken > 0 && next > SAMBUT_DATAGRAM))
            break;
        taken = next;
    }
    if (taken == 0)
        taken = waiting < room ? waiting : room;
    if (taken == 0)
        return 0;
    next = (pj_size_t)BIO_read(bio, buf, (int)taken);
    return next == taken ? taken : 0;
}
""",
            ),
            instead(
                _DTLS,
                r"if \( BIO_ctrl_pending \( ds -> ossl_wbio \[ idx \] \) > 0 \) \{",
                "while (ds->ossl_wbio[idx] && BIO_ctrl_pending(ds->ossl_wbio[idx]) > 0) {",
                within="ssl_flush_wbio",
            ),
            instead(
                _DTLS,
                r"len = BIO_read \( ds -> ossl_wbio \[ idx \] , ds -> buf \[ idx \] , sizeof \( ds -> buf \) \) ;"
                r" if \( len > 0 \) \{",
                "len = sambut_records(ds->ossl_wbio[idx], (unsigned char*)ds->buf[idx], sizeof(ds->buf[idx]));\n"
                "        if (len == 0)\n            break;\n        {",
                within="ssl_flush_wbio",
            ),
        ),
    ),
    Step(
        "hash-by-lot",
        """Whoever knows how a table's rows are chosen can fill one of them: call-ids, tags and header names are a
        sender's to choose. Rows are chosen by a key drawn at the start.""",
        Kind.NEEDED,
        (
            above(_HASH, "pj_hash_calc", _SIPHASH),
            instead(
                _HASH,
                r"PJ_CHECK_STACK \( \) ; if \( keylen == PJ_HASH_KEY_STRING \) \{[^}]*\} \} else \{[^}]*\} \} return hash ;",
                "return sambut_hash(hash, key, keylen == PJ_HASH_KEY_STRING ? strlen((const char*)key) : keylen, PJ_FALSE);",
                within="pj_hash_calc",
            ),
            instead(
                _HASH,
                r"hval = hval \* PJ_HASH_MULTIPLIER \+ lower ;",
                "PJ_UNUSED_ARG(lower);",
                within="pj_hash_calc_tolower",
            ),
            instead(
                _HASH,
                r"return hval ;",
                "return sambut_hash(hval, key->ptr, (pj_size_t)key->slen, PJ_TRUE);",
                within="pj_hash_calc_tolower",
            ),
            instead(
                _HASH,
                r"hash = 0 ; if \( keylen == PJ_HASH_KEY_STRING \) \{[\s\S]*?keylen = [^;]*; \} else \{[^}]*\} \}",
                "if (keylen == PJ_HASH_KEY_STRING)\n            keylen = (unsigned)strlen((const char*)key);\n"
                "        hash = sambut_hash(0, key, keylen, lower);",
                within="find_entry",
            ),
        ),
    ),
    Step(
        "keep-alive-answered",
        """RFC 5626 section 4.4.1: two ends of lines on a connection are a question, one is the answer; not to strangers.""",
        Kind.NEEDED,
        (
            *(
                above(f"pjsip/src/pjsip/sip_transport_{name}.c", "on_data_read", "int sambut_door_knows(const void*);")
                for name in ("tcp", "tls")
            ),
            *(
                before(
                    f"pjsip/src/pjsip/sip_transport_{name}.c",
                    r"size_eaten = pjsip_tpmgr_receive_packet \(",
                    'if (size >= 4 && pj_memcmp(data, "\\r\\n\\r\\n", 4) == 0 &&\n'
                    f"            sambut_door_knows(&{name}->base.key.rem_addr)) {{\n"
                    "            pj_ssize_t sambut_length = 2;\n"
                    f'            {send}, &{name}->ka_op_key.key, "\\r\\n", &sambut_length, 0);\n'
                    "        }\n        ",
                    within="on_data_read",
                    then="sambut_length",
                )
                for name, send in (("tcp", "pj_activesock_send(tcp->asock"), ("tls", "pj_ssl_sock_send(tls->ssock"))
            ),
        ),
    ),
)
