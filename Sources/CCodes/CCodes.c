#include "CCodes.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "CKernels.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#pragma STDC FP_CONTRACT OFF

// What follows the codes of a record.
struct tail {
  float scale;
  // |x - decoded x|
  float error;
  // Of the codes: takes back what making one side unsigned adds.
  int32_t sum;
  // 1: there is a vector. So zeros stand for none.
  uint32_t live;
};

static size_t padded(size_t dim) { return (dim + 63) / 64 * 64; }
size_t codes_stride(size_t dim) { return padded(dim) + sizeof(struct tail); }

static inline struct tail tail_of(const void *record, size_t width) {
  struct tail tail;
  memcpy(&tail, (const char *)record + width, sizeof tail);
  return tail;
}

void codes_encode(const float *vector, size_t dim, void *record) {
  size_t width = padded(dim);
  int8_t *codes = record;
  float largest = 0;
  for (size_t i = 0; i < dim; i++) largest = fabsf(vector[i]) > largest ? fabsf(vector[i]) : largest;
  struct tail tail = {largest / 127.0f, 0, 0, 1};
  double error = 0;
  memset(record, 0, width);
  for (size_t i = 0; i < dim; i++) {
    float steps = tail.scale > 0 ? vector[i] / tail.scale : 0;
    int code = (int)lrintf(steps);
    code = code > 127 ? 127 : code < -127 ? -127 : code;
    codes[i] = (int8_t)code;
    tail.sum += code;
    double off = (double)vector[i] - (double)tail.scale * code;
    error += off * off;
  }
  tail.error = (float)sqrt(error);
  memcpy((char *)record + width, &tail, sizeof tail);
}

int codes_is_live(const void *record, size_t dim) { return tail_of(record, padded(dim)).live == 1; }

typedef int32_t (*dot_function)(const int8_t *a, const int8_t *b, int32_t sum_b, size_t width);

static int32_t dot_portable(const int8_t *a, const int8_t *b, int32_t sum_b, size_t width) {
  (void)sum_b;
  int32_t sum = 0;
  for (size_t i = 0; i < width; i++) sum += (int32_t)a[i] * b[i];
  return sum;
}

#if defined(__x86_64__)
__attribute__((target("avx2"))) static int32_t dot_avx2(const int8_t *a, const int8_t *b, int32_t sum_b, size_t width) {
  (void)sum_b;
  __m256i sum = _mm256_setzero_si256();
  for (size_t i = 0; i < width; i += 16) {
    __m256i x = _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)(a + i)));
    __m256i y = _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)(b + i)));
    sum = _mm256_add_epi32(sum, _mm256_madd_epi16(x, y));
  }
  __m128i half = _mm_add_epi32(_mm256_castsi256_si128(sum), _mm256_extracti128_si256(sum, 1));
  half = _mm_add_epi32(half, _mm_shuffle_epi32(half, 0x4E));
  half = _mm_add_epi32(half, _mm_shuffle_epi32(half, 0xB1));
  return _mm_cvtsi128_si32(half);
}

// The instruction multiplies unsigned by signed: 128 is added to each code of `a` and taken back by b's sum.
__attribute__((target("avx512f,avx512bw,avx512vnni"))) static int32_t dot_vnni(const int8_t *a, const int8_t *b,
                                                                              int32_t sum_b, size_t width) {
  const __m512i sign = _mm512_set1_epi8((char)0x80);
  __m512i first = _mm512_setzero_si512(), second = _mm512_setzero_si512();
  size_t i = 0;
  for (; i + 128 <= width; i += 128) {
    first = _mm512_dpbusd_epi32(first, _mm512_xor_si512(_mm512_loadu_si512(a + i), sign), _mm512_loadu_si512(b + i));
    second = _mm512_dpbusd_epi32(second, _mm512_xor_si512(_mm512_loadu_si512(a + i + 64), sign),
                                 _mm512_loadu_si512(b + i + 64));
  }
  if (i < width)
    first = _mm512_dpbusd_epi32(first, _mm512_xor_si512(_mm512_loadu_si512(a + i), sign), _mm512_loadu_si512(b + i));
  // Of a damaged file the sum can be anything: it wraps, as the lanes do.
  return (int32_t)((uint32_t)_mm512_reduce_add_epi32(_mm512_add_epi32(first, second)) - 128u * (uint32_t)sum_b);
}
#endif

static dot_function dot = dot_portable;
static const char *kernel = "portable";

// Before main: which kernel runs never changes while threads use it.
__attribute__((constructor)) static void choose(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("avx512bw")) {
    dot = dot_vnni;
    kernel = "avx512vnni";
  } else if (__builtin_cpu_supports("avx2")) {
    dot = dot_avx2;
    kernel = "avx2";
  }
#endif
}

const char *codes_kernel(void) { return kernel; }

int codes_dot_by(const char *name, const void *a, const void *b, size_t dim, float *result) {
  size_t width = padded(dim);
  struct tail x = tail_of(a, width), y = tail_of(b, width);
  dot_function chosen = strcmp(name, "portable") == 0 ? dot_portable : NULL;
#if defined(__x86_64__)
  if (strcmp(name, "avx2") == 0 && __builtin_cpu_supports("avx2")) chosen = dot_avx2;
  if (strcmp(name, "avx512vnni") == 0 && dot == dot_vnni) chosen = dot_vnni;
#endif
  if (!chosen) return 0;
  *result = x.scale * y.scale * (float)chosen(a, b, y.sum, width);
  return 1;
}

float codes_dot(const void *a, const void *b, size_t dim) {
  size_t width = padded(dim);
  struct tail x = tail_of(a, width), y = tail_of(b, width);
  return x.scale * y.scale * (float)dot(a, b, y.sum, width);
}

float codes_exact_dot(const float *a, const float *b, size_t dim) { return kernels_dot(a, b, dim); }

static inline int is_allowed(const uint64_t *allowed, size_t i) { return !allowed || (allowed[i / 64] >> (i % 64) & 1); }

// Exact scores of the candidates, then those that reach the k-th of them.
static size_t finish(const float *query, size_t dim, const float *rows, size_t found, size_t k, uint32_t *indices,
                     float *scores) {
  for (size_t i = 0; i < found; i++) {
    if (i + 4 < found) __builtin_prefetch(rows + indices[i + 4] * dim);
    scores[i] = kernels_dot(query, rows + indices[i] * dim, dim);
  }
  if (found == 0) return 0;
  float least = kernels_kth_largest(scores, found, k);
  size_t kept = 0;
  for (size_t i = 0; i < found; i++) {
    if (scores[i] < least) continue;
    indices[kept] = indices[i];
    scores[kept++] = scores[i];
  }
  return kept;
}

ptrdiff_t codes_nearest(const float *query, size_t dim, const void *records, const uint8_t *live, const float *rows,
                        size_t count, const uint64_t *allowed, size_t k, uint32_t *indices, float *scores) {
  size_t found = 0;
  if (count == 0 || k == 0) return 0;
  if (!records) {
    for (size_t i = 0; i < count; i++)
      if (live[i] && is_allowed(allowed, i)) indices[found++] = (uint32_t)i;
    return (ptrdiff_t)finish(query, dim, rows, found, k, indices, scores);
  }
  size_t width = padded(dim), stride = codes_stride(dim);
  char *encoded = aligned_alloc(64, (stride + 63) / 64 * 64);
  float *bounds = malloc(count * sizeof *bounds);
  if (!encoded || !bounds) {
    free(encoded);
    free(bounds);
    return -1;
  }
  codes_encode(query, dim, encoded);
  struct tail q = tail_of(encoded, width);
  double length = 0;
  for (size_t i = 0; i < dim; i++) length += (double)query[i] * query[i];
  float norm = (float)sqrt(length);
  // query·x - q̂·x̂ = query·(x - x̂) + (query - q̂)·x̂, and |x̂| <= 1 + error (Cauchy and Schwarz). The last term is what
  // float32 may lose in summing.
  for (size_t i = 0; i < count; i++) {
    if (allowed && i % 64 == 0 && !allowed[i / 64]) {
      i += 63;
      continue;
    }
    if (!is_allowed(allowed, i)) continue;
    const char *record = (const char *)records + i * stride;
    struct tail x = tail_of(record, width);
    if (x.live != 1) continue;
    indices[found] = (uint32_t)i;
    scores[found] = q.scale * x.scale * (float)dot((const int8_t *)encoded, (const int8_t *)record, x.sum, width);
    bounds[found++] = norm * x.error + q.error * (1.0f + x.error) + 4e-6f * norm;
  }
  free(encoded);
  if (found > k) {
    for (size_t i = 0; i < found; i++) scores[i] -= bounds[i];
    float least = kernels_kth_largest(scores, found, k);
    size_t kept = 0;
    for (size_t i = 0; i < found; i++)
      if (scores[i] + 2 * bounds[i] >= least) indices[kept++] = indices[i];
    found = kept;
  }
  free(bounds);
  return (ptrdiff_t)finish(query, dim, rows, found, k, indices, scores);
}
