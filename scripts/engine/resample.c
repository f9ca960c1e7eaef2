/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Takes the place of pjproject's resample_speex.c (scripts/build-engine.sh).
 *
 * Between narrow band (8 kHz) and a bridge in wide band (16 kHz) the rates are as one to two. There a half-band filter
 * does: every second of its coefficients is zero, so an octave up or down takes ten multiplications for each sample of
 * the lower rate, where Speex's general resampler takes some sixty; eight samples are done at once. All other rates
 * (Opus' 48 kHz), and processors that have no SSE2, have Speex's as before.
 */

#include <pjmedia/resample.h>
#include <pjmedia/errno.h>
#include <pj/assert.h>
#include <pj/pool.h>
#include <pj/string.h>

#include <speex/speex_resampler.h>

#ifdef __SSE2__
#   include <emmintrin.h>
#   define AT_ONCE 8  /* samples of 16 bits in a register */
#endif

/* Half of the filter's coefficients that are neither zero nor the middle one, the innermost first, in 1/32768: a Kaiser
 * window (beta 4) on a sinc of 39 taps. Flat to 0.03 dB up to 3.4 kHz, 45 dB down from 4.6 kHz on.
 */
#define SIDE 10
static const pj_int16_t COEFFICIENTS[SIDE] = { 10397, -3335, 1851, -1172, 772, -508, 325, -196, 107, -49 };
#define BITS 15

enum way { SPEEX, DOUBLE, HALVE };

struct pjmedia_resample
{
    enum way way;
    unsigned in_count;              /* samples of a frame before and after */
    unsigned out_count;
    SpeexResamplerState *speex;
    /* DOUBLE: the input, HALVE: every second sample of it (those between the ones that stay), behind the last ones of the
     * frame before. HALVE keeps as many of the others, which are late by the same time.
     */
    pj_int16_t *line;
    pj_int16_t *others;
};

PJ_DEF(pj_status_t) pjmedia_resample_create(pj_pool_t *pool, pj_bool_t high_quality, pj_bool_t large_filter,
                                            unsigned channel_count, unsigned rate_in, unsigned rate_out,
                                            unsigned samples_per_frame, pjmedia_resample **p_resample)
{
    pjmedia_resample *it;
    unsigned low;

    PJ_ASSERT_RETURN(pool && p_resample && rate_in && rate_out && samples_per_frame, PJ_EINVAL);
    it = PJ_POOL_ZALLOC_T(pool, pjmedia_resample);
    it->in_count = samples_per_frame;
    it->out_count = rate_out / (rate_in / samples_per_frame);
    it->way = SPEEX;
#ifdef __SSE2__
    if (channel_count == 1 && rate_out == 2 * rate_in && it->out_count == 2 * it->in_count && it->in_count % AT_ONCE == 0)
        it->way = DOUBLE;
    if (channel_count == 1 && rate_in == 2 * rate_out && it->in_count == 2 * it->out_count && it->out_count % AT_ONCE == 0)
        it->way = HALVE;
#endif
    if (it->way == SPEEX) {
        int error = 0, quality = !high_quality ? 3 : large_filter ? 10 : 7;
        it->speex = speex_resampler_init(channel_count, rate_in, rate_out, quality, &error);
        if (it->speex == NULL || error != RESAMPLER_ERR_SUCCESS)
            return PJ_ENOMEM;
    } else {
        low = it->way == DOUBLE ? it->in_count : it->out_count;
        it->line = (pj_int16_t*) pj_pool_calloc(pool, low + 2 * SIDE, sizeof(pj_int16_t));
        it->others = (pj_int16_t*) pj_pool_calloc(pool, low + SIDE, sizeof(pj_int16_t));
    }
    *p_resample = it;
    return PJ_SUCCESS;
}

#ifdef __SSE2__

static __m128i load(const pj_int16_t *samples) { return _mm_loadu_si128((const __m128i*) samples); }
static void store(pj_int16_t *samples, __m128i these) { _mm_storeu_si128((__m128i*) samples, these); }

/* Adds to `low` and `high`, four samples each, the filter's side coefficients times the samples around the gaps behind
 * line[SIDE - 1] and the seven that follow, and makes samples of the sums: rounded, `bits` less, limited to 16 bits.
 */
static __m128i filtered(const pj_int16_t *line, __m128i low, __m128i high, int bits)
{
    const __m128i half = _mm_set1_epi32(1 << (bits - 1));
    int k;

    low = _mm_add_epi32(low, half);
    high = _mm_add_epi32(high, half);
    for (k = 0; k < SIDE; ++k) {
        const __m128i left = load(line + SIDE - 1 - k), right = load(line + SIDE + k);
        const __m128i coefficient = _mm_set1_epi16(COEFFICIENTS[k]);
        low = _mm_add_epi32(low, _mm_madd_epi16(_mm_unpacklo_epi16(left, right), coefficient));
        high = _mm_add_epi32(high, _mm_madd_epi16(_mm_unpackhi_epi16(left, right), coefficient));
    }
    return _mm_packs_epi32(_mm_srai_epi32(low, bits), _mm_srai_epi32(high, bits));
}

static void double_rate(pjmedia_resample *it, const pj_int16_t *input, pj_int16_t *output)
{
    const unsigned count = it->in_count;
    unsigned i;

    pj_memcpy(it->line + 2 * SIDE, input, count * sizeof(*input));
    for (i = 0; i < count; i += AT_ONCE) {
        /* twice the sum (one bit less): of two samples that go out, one is new */
        const __m128i none = _mm_setzero_si128(), between = filtered(it->line + i + 1, none, none, BITS - 1);
        const __m128i same = load(it->line + i + SIDE);
        store(output + 2 * i, _mm_unpacklo_epi16(same, between));
        store(output + 2 * i + AT_ONCE, _mm_unpackhi_epi16(same, between));
    }
    pj_memmove(it->line, it->line + count, 2 * SIDE * sizeof(*it->line));
}

static void halve_rate(pjmedia_resample *it, const pj_int16_t *input, pj_int16_t *output)
{
    const unsigned count = it->out_count;
    unsigned i;

    for (i = 0; i < count; i += AT_ONCE) {
        const __m128i first = load(input + 2 * i), second = load(input + 2 * i + AT_ONCE);
        store(it->others + SIDE + i, _mm_packs_epi32(_mm_srai_epi32(_mm_slli_epi32(first, 16), 16),
                                                     _mm_srai_epi32(_mm_slli_epi32(second, 16), 16)));
        store(it->line + 2 * SIDE + i, _mm_packs_epi32(_mm_srai_epi32(first, 16), _mm_srai_epi32(second, 16)));
    }
    for (i = 0; i < count; i += AT_ONCE) {
        const __m128i other = load(it->others + i), none = _mm_setzero_si128();
        /* the sample in the upper half of 32 bits is 2^16 times as much: the middle coefficient is 2^14 */
        const __m128i low = _mm_srai_epi32(_mm_unpacklo_epi16(none, other), 16 - (BITS - 1));
        const __m128i high = _mm_srai_epi32(_mm_unpackhi_epi16(none, other), 16 - (BITS - 1));
        store(output + i, filtered(it->line + i, low, high, BITS));
    }
    pj_memmove(it->line, it->line + count, 2 * SIDE * sizeof(*it->line));
    pj_memmove(it->others, it->others + count, SIDE * sizeof(*it->others));
}

#endif

PJ_DEF(void) pjmedia_resample_run(pjmedia_resample *it, const pj_int16_t *input, pj_int16_t *output)
{
    spx_uint32_t in_count, out_count;

    PJ_ASSERT_ON_FAIL(it, return);
    switch (it->way) {
#ifdef __SSE2__
    case DOUBLE:
        double_rate(it, input, output);
        return;
    case HALVE:
        halve_rate(it, input, output);
        return;
#endif
    default:
        in_count = it->in_count;
        out_count = it->out_count;
        speex_resampler_process_interleaved_int(it->speex, input, &in_count, output, &out_count);
    }
}

PJ_DEF(unsigned) pjmedia_resample_get_input_size(pjmedia_resample *it)
{
    PJ_ASSERT_RETURN(it != NULL, 0);
    return it->in_count;
}

PJ_DEF(void) pjmedia_resample_destroy(pjmedia_resample *it)
{
    PJ_ASSERT_ON_FAIL(it, return);
    if (it->speex != NULL) {
        speex_resampler_destroy(it->speex);
        it->speex = NULL;
    }
}
