/* Takes the place of pjproject's resample_speex.c (scripts/build-engine.sh).
 *
 * Between narrow band (8 kHz) and a bridge in wide band (16 kHz) the rates are as one to two. There a half-band filter
 * does: every second of its coefficients is zero, so an octave up or down takes ten multiplications for each sample of
 * the lower rate, where Speex's general resampler takes some sixty. All other rates (Opus' 48 kHz) are Speex's as before.
 */

#include <pjmedia/resample.h>
#include <pjmedia/errno.h>
#include <pj/assert.h>
#include <pj/pool.h>
#include <pj/string.h>

#include <speex/speex_resampler.h>

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
    pj_int32_t *sums;
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
    if (channel_count == 1 && rate_out == 2 * rate_in && it->out_count == 2 * it->in_count)
        it->way = DOUBLE;
    if (channel_count == 1 && rate_in == 2 * rate_out && it->in_count == 2 * it->out_count)
        it->way = HALVE;
    if (it->way == SPEEX) {
        int error = 0, quality = !high_quality ? 3 : large_filter ? 10 : 7;
        it->speex = speex_resampler_init(channel_count, rate_in, rate_out, quality, &error);
        if (it->speex == NULL || error != RESAMPLER_ERR_SUCCESS)
            return PJ_ENOMEM;
    } else {
        low = it->way == DOUBLE ? it->in_count : it->out_count;
        it->line = (pj_int16_t*) pj_pool_calloc(pool, low + 2 * SIDE, sizeof(pj_int16_t));
        it->others = (pj_int16_t*) pj_pool_calloc(pool, low + SIDE, sizeof(pj_int16_t));
        it->sums = (pj_int32_t*) pj_pool_calloc(pool, low, sizeof(pj_int32_t));
    }
    *p_resample = it;
    return PJ_SUCCESS;
}

static pj_int16_t rounded(pj_int32_t sum, int bits)
{
    sum = (sum + (1 << (bits - 1))) >> bits;
    return (pj_int16_t) (sum > 32767 ? 32767 : sum < -32768 ? -32768 : sum);
}

/* sums[i]: the filter's side coefficients times the samples around the gap behind line[i + SIDE - 1]. */
__attribute__((optimize("O3")))
static void filter(const pj_int16_t *line, unsigned count, pj_int32_t *sums)
{
    unsigned i, k;

    pj_bzero(sums, count * sizeof(*sums));
    for (k = 0; k < SIDE; ++k) {
        const pj_int16_t *left = line + SIDE - 1 - k, *right = line + SIDE + k;
        const pj_int16_t coefficient = COEFFICIENTS[k];
        for (i = 0; i < count; ++i)  /* two products of 16 bits each: that is what SSE2 has an instruction for */
            sums[i] += coefficient * left[i] + coefficient * right[i];
    }
}

static void double_rate(pjmedia_resample *it, const pj_int16_t *input, pj_int16_t *output)
{
    const unsigned count = it->in_count;
    unsigned i;

    pj_memcpy(it->line + 2 * SIDE, input, count * sizeof(*input));
    filter(it->line + 1, count, it->sums);
    for (i = 0; i < count; ++i) {
        output[2 * i] = it->line[i + SIDE];
        output[2 * i + 1] = rounded(it->sums[i], BITS - 1);  /* twice the sum: of two samples that go out, one is new */
    }
    pj_memmove(it->line, it->line + count, 2 * SIDE * sizeof(*it->line));
}

static void halve_rate(pjmedia_resample *it, const pj_int16_t *input, pj_int16_t *output)
{
    const unsigned count = it->out_count;
    unsigned i;

    for (i = 0; i < count; ++i) {
        it->others[SIDE + i] = input[2 * i];
        it->line[2 * SIDE + i] = input[2 * i + 1];
    }
    filter(it->line, count, it->sums);
    for (i = 0; i < count; ++i)
        output[i] = rounded(it->sums[i] + it->others[i] * (1 << (BITS - 1)), BITS);
    pj_memmove(it->line, it->line + count, 2 * SIDE * sizeof(*it->line));
    pj_memmove(it->others, it->others + count, SIDE * sizeof(*it->others));
}

PJ_DEF(void) pjmedia_resample_run(pjmedia_resample *it, const pj_int16_t *input, pj_int16_t *output)
{
    spx_uint32_t in_count, out_count;

    PJ_ASSERT_ON_FAIL(it, return);
    if (it->way == DOUBLE) {
        double_rate(it, input, output);
    } else if (it->way == HALVE) {
        halve_rate(it, input, output);
    } else {
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
