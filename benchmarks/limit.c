/* Multiply a vector with a matrix of weights: the least that a recurrent step of one text can take, since every
 * weight is read once for it. In float32 with the processor's widest vectors, and in int8 if it has instructions for it.
 *
 * A matrix of (inputs, outputs) lies in blocks of BLOCK outputs, so that a block's weights are read in a line and
 * its sums stay in registers. In int8 four inputs' weights of an output lie side by side, as the instructions want.
 */
#include <stdint.h>
#include <string.h>

#if defined(__AVX512F__)
#define LANES 16
#elif defined(__AVX__)
#define LANES 8
#else
#define LANES 4
#endif
#define SUMS 8

const int BLOCK = LANES * SUMS;

typedef float floats __attribute__((vector_size(4 * LANES), aligned(4)));

static void product_float32(const float *weights, const float *vector, float *out, int inputs, int outputs) {
    for (int block = 0; block < outputs; block += LANES * SUMS) {
        floats sums[SUMS] = {0};
        for (int i = 0; i < inputs; i++, weights += LANES * SUMS)
            for (int s = 0; s < SUMS; s++)
                sums[s] += vector[i] * *(const floats *)(weights + LANES * s);
        memcpy(out + block, sums, sizeof sums);
    }
}

#define REPEATED(name, weight, value, sum)                                                              \
    void repeat_##name(const weight *w, const value *v, sum *out, int inputs, int outputs, int times) { \
        while (times--) {                                                                               \
            product_##name(w, v, out, inputs, outputs);                                                 \
            __asm__ volatile("" ::: "memory"); /* each time anew */                                     \
        }                                                                                               \
    }

REPEATED(float32, float, float, float)

#if defined(__AVX512VNNI__) || defined(__AVXVNNI__) || defined(__AVX2__)
#include <immintrin.h>
#if defined(__AVX512VNNI__)
#define INT8_LANES 16
const char INT8_WAY[] = "AVX-512 VNNI";
typedef __m512i ints;
#define SPREAD _mm512_set1_epi32
#define ZERO _mm512_setzero_si512
#define LOAD(p) _mm512_loadu_si512((const void *)(p))
#define STORE(p, x) _mm512_storeu_si512((void *)(p), x)
#define ADD_PRODUCTS _mm512_dpbusd_epi32
#else
#define INT8_LANES 8
typedef __m256i ints;
#define SPREAD _mm256_set1_epi32
#define ZERO _mm256_setzero_si256
#define LOAD(p) _mm256_loadu_si256((const __m256i *)(p))
#define STORE(p, x) _mm256_storeu_si256((__m256i *)(p), x)
#if defined(__AVXVNNI__)
const char INT8_WAY[] = "AVX-VNNI";
#define ADD_PRODUCTS _mm256_dpbusd_avx_epi32
#else
const char INT8_WAY[] = "AVX2, vpmaddubsw";
/* Pairs of products go through 16 bits: exact as long as the vector's values stay within 7. */
static inline ints add_products(ints sums, ints values, ints weights) {
    return _mm256_add_epi32(sums, _mm256_madd_epi16(_mm256_maddubs_epi16(values, weights), _mm256_set1_epi16(1)));
}
#define ADD_PRODUCTS add_products
#endif
#endif

const int INT8_BLOCK = INT8_LANES * SUMS;

static void product_int8(const int8_t *weights, const uint8_t *vector, int32_t *out, int inputs, int outputs) {
    for (int block = 0; block < outputs; block += INT8_LANES * SUMS) {
        ints sums[SUMS];
        for (int s = 0; s < SUMS; s++) sums[s] = ZERO();
        for (int i = 0; i < inputs; i += 4, weights += 4 * INT8_LANES * SUMS) {
            int32_t four;
            memcpy(&four, vector + i, 4);
            ints values = SPREAD(four);
            for (int s = 0; s < SUMS; s++) sums[s] = ADD_PRODUCTS(sums[s], values, LOAD(weights + 4 * INT8_LANES * s));
        }
        for (int s = 0; s < SUMS; s++) STORE(out + block + INT8_LANES * s, sums[s]);
    }
}

REPEATED(int8, int8_t, uint8_t, int32_t)
#else
const int INT8_BLOCK = 0;
const char INT8_WAY[] = "";
#endif
