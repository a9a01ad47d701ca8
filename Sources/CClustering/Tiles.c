#include "Internal.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

cclustering_level cclustering_resolve(cclustering_level level) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  int vnni = __builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("avx512bw");
  int avx2 = __builtin_cpu_supports("avx2");
  if ((level == CCLUSTERING_BEST || level == CCLUSTERING_VNNI) && vnni) return CCLUSTERING_VNNI;
  if (level != CCLUSTERING_PLAIN && avx2) return CCLUSTERING_AVX2;
#else
  (void)level;
#endif
  return CCLUSTERING_PLAIN;
}

/// How many values of a row stand side by side in a panel of codes.
static size_t code_step(cclustering_level level) { return level == CCLUSTERING_VNNI ? 4 : 2; }

/// The bytes of a code: VNNI multiplies bytes, the others 16-bit numbers.
static size_t code_size(cclustering_level level) { return level == CCLUSTERING_VNNI ? 1 : 2; }

cclustering_tiles *cclustering_tiles_new(size_t count, size_t dim, cclustering_precision precision,
                                         cclustering_level level) {
  cclustering_tiles *t = calloc(1, sizeof *t);
  if (!t) return NULL;
  t->count = count;
  t->dim = dim;
  t->width = (dim + 3) / 4 * 4;
  t->panels = (count + PANEL - 1) / PANEL;
  t->precision = precision;
  t->level = cclustering_resolve(level);
  size_t size = precision == CCLUSTERING_FLOAT32 ? sizeof(float) : code_size(t->level);
  size_t rows = t->panels * PANEL + GROUP;
  t->panel_bytes = (t->width * PANEL * size + 63) / 64 * 64;
  t->rows = aligned_alloc(64, (rows * t->width * size + 63) / 64 * 64);
  t->packed = aligned_alloc(64, t->panels * t->panel_bytes + 64);
  if (t->rows) memset(t->rows, 0, rows * t->width * size);
  int whole = t->rows && t->packed;
  if (precision == CCLUSTERING_INT8) {
    t->scales = calloc(rows, sizeof *t->scales);
    t->rests = calloc(rows, sizeof *t->rests);
    t->offsets = calloc(rows, sizeof *t->offsets);
    whole = whole && t->scales && t->rests && t->offsets;
  }
  if (whole) return t;
  cclustering_tiles_free(t);
  return NULL;
}

void cclustering_tiles_free(cclustering_tiles *t) {
  if (!t) return;
  free(t->rows);
  free(t->packed);
  free(t->scales);
  free(t->rests);
  free(t->offsets);
  free(t);
}

size_t cclustering_panels(const cclustering_tiles *t) { return t->panels; }
size_t cclustering_blocks(const cclustering_tiles *t) { return (t->panels + BLOCK - 1) / BLOCK; }

static void fill_codes(cclustering_tiles *t, size_t i, const float *row) {
  float most = 0;
  for (size_t d = 0; d < t->dim; d++) most = fmaxf(most, fabsf(row[d]));
  float scale = most > 0 ? most / 127.0f : 1.0f;
  double rest = 0;
  int32_t sum = 0;
  for (size_t d = 0; d < t->dim; d++) {
    float code = rintf(row[d] / scale);
    code = code > 127 ? 127 : code < -127 ? -127 : code;
    double left = (double)row[d] - (double)code * scale;
    rest += left * left;
    sum += (int32_t)code;
    if (t->level == CCLUSTERING_VNNI) ((int8_t *)t->rows)[i * t->width + d] = (int8_t)code;
    else ((int16_t *)t->rows)[i * t->width + d] = (int16_t)code;
  }
  t->scales[i] = scale;
  t->rests[i] = (float)sqrt(rest);
  t->offsets[i] = t->level == CCLUSTERING_VNNI ? 128 * sum : 0;
}

void cclustering_tiles_fill(cclustering_tiles *t, size_t panel, const float *rows, const uint32_t *order) {
  size_t first = panel * PANEL, end = first + PANEL < t->count ? first + PANEL : t->count;
  char *base = (char *)t->packed + panel * t->panel_bytes;
  for (size_t i = first; i < end; i++) {
    const float *row = rows + (order ? order[i] : i) * t->dim;
    if (t->precision == CCLUSTERING_FLOAT32) memcpy((float *)t->rows + i * t->width, row, t->dim * sizeof *row);
    else fill_codes(t, i, row);
  }
  // Rows behind the last are zeros.
  for (size_t n = 0; n < PANEL; n++) {
    size_t i = first + n;
    if (t->precision == CCLUSTERING_FLOAT32) {
      for (size_t d = 0; d < t->width; d++) ((float *)base)[d * PANEL + n] = ((float *)t->rows)[i * t->width + d];
    } else if (t->level == CCLUSTERING_VNNI) {
      size_t step = code_step(t->level);
      for (size_t d = 0; d < t->width; d++)
        ((uint8_t *)base)[(d / step * PANEL + n) * step + d % step] =
            (uint8_t)(((int8_t *)t->rows)[i * t->width + d] + 128);
    } else {
      size_t step = code_step(t->level);
      for (size_t d = 0; d < t->width; d++)
        ((int16_t *)base)[(d / step * PANEL + n) * step + d % step] = ((int16_t *)t->rows)[i * t->width + d];
    }
  }
}

typedef float lanes __attribute__((vector_size(64)));

/// Each score is added in the order of the dimensions, in one lane.
CLONES static void tile_floats(const float *a, size_t width, const float *panel, float out[GROUP][PANEL]) {
  for (size_t half = 0; half < 2; half++) {
    lanes sums[GROUP][2];
    memset(sums, 0, sizeof sums);
    const float *p = panel + half * 32;
    for (size_t d = 0; d < width; d++, p += PANEL) {
      lanes first, second;
      memcpy(&first, p, sizeof first);
      memcpy(&second, p + 16, sizeof second);
#pragma clang loop unroll(full)
      for (size_t m = 0; m < GROUP; m++) {
        float x = a[m * width + d];
        sums[m][0] += first * x;
        sums[m][1] += second * x;
      }
    }
    for (size_t m = 0; m < GROUP; m++) memcpy(out[m] + half * 32, sums[m], sizeof sums[m]);
  }
}

#if defined(__x86_64__)
__attribute__((target("avx512f,avx512bw,avx512vl,avx512vnni"))) static void tile_vnni(
    const int8_t *a, size_t width, const uint8_t *panel, const int32_t *offsets, int32_t out[GROUP][PANEL]) {
  __m512i sums[GROUP][4];
#pragma clang loop unroll(full)
  for (size_t m = 0; m < GROUP; m++)
    for (size_t n = 0; n < 4; n++) sums[m][n] = _mm512_set1_epi32(-offsets[m]);
  for (size_t d = 0; d < width; d += 4, panel += 4 * PANEL) {
    __m512i b0 = _mm512_load_si512(panel), b1 = _mm512_load_si512(panel + 64);
    __m512i b2 = _mm512_load_si512(panel + 128), b3 = _mm512_load_si512(panel + 192);
#pragma clang loop unroll(full)
    for (size_t m = 0; m < GROUP; m++) {
      int32_t four;
      memcpy(&four, a + m * width + d, sizeof four);
      __m512i x = _mm512_set1_epi32(four);
      sums[m][0] = _mm512_dpbusd_epi32(sums[m][0], b0, x);
      sums[m][1] = _mm512_dpbusd_epi32(sums[m][1], b1, x);
      sums[m][2] = _mm512_dpbusd_epi32(sums[m][2], b2, x);
      sums[m][3] = _mm512_dpbusd_epi32(sums[m][3], b3, x);
    }
  }
  for (size_t m = 0; m < GROUP; m++)
    for (size_t n = 0; n < 4; n++) _mm512_storeu_si512(out[m] + 16 * n, sums[m][n]);
}

__attribute__((target("avx2"))) static void tile_avx2(const int16_t *a, size_t width, const int16_t *panel,
                                                      int32_t out[GROUP][PANEL]) {
  for (size_t quarter = 0; quarter < 4; quarter++) {
    __m256i sums[GROUP][2];
#pragma clang loop unroll(full)
    for (size_t m = 0; m < GROUP; m++) sums[m][0] = sums[m][1] = _mm256_setzero_si256();
    const int16_t *p = panel + quarter * 32;
    for (size_t d = 0; d < width; d += 2, p += 2 * PANEL) {
      __m256i b0 = _mm256_load_si256((const void *)p), b1 = _mm256_load_si256((const void *)(p + 16));
#pragma clang loop unroll(full)
      for (size_t m = 0; m < GROUP; m++) {
        int32_t two;
        memcpy(&two, a + m * width + d, sizeof two);
        __m256i x = _mm256_set1_epi32(two);
        sums[m][0] = _mm256_add_epi32(sums[m][0], _mm256_madd_epi16(b0, x));
        sums[m][1] = _mm256_add_epi32(sums[m][1], _mm256_madd_epi16(b1, x));
      }
    }
    for (size_t m = 0; m < GROUP; m++)
      for (size_t n = 0; n < 2; n++) _mm256_storeu_si256((void *)(out[m] + quarter * 16 + 8 * n), sums[m][n]);
  }
}
#endif

static void tile_plain(const int16_t *a, size_t width, const int16_t *panel, int32_t out[GROUP][PANEL]) {
  memset(out, 0, GROUP * sizeof *out);
  for (size_t d = 0; d < width; d += 2, panel += 2 * PANEL)
    for (size_t m = 0; m < GROUP; m++) {
      int32_t x = a[m * width + d], y = a[m * width + d + 1];
      for (size_t n = 0; n < PANEL; n++) out[m][n] += x * panel[2 * n] + y * panel[2 * n + 1];
    }
}

CLONES static void scale_codes(int32_t dots[GROUP][PANEL], const float *own, const float *others,
                               float out[GROUP][PANEL]) {
  for (size_t m = 0; m < GROUP; m++)
    for (size_t n = 0; n < PANEL; n++) out[m][n] = (float)dots[m][n] * (own[m] * others[n]);
}

void cclustering_tile(const cclustering_tiles *a, size_t row, const cclustering_tiles *b, size_t panel,
                      float out[GROUP][PANEL]) {
  const char *packed = (const char *)b->packed + panel * b->panel_bytes;
  if (a->precision == CCLUSTERING_FLOAT32) {
    tile_floats((const float *)a->rows + row * a->width, a->width, (const float *)packed, out);
    return;
  }
  int32_t dots[GROUP][PANEL];
  switch (a->level) {
#if defined(__x86_64__)
  case CCLUSTERING_VNNI:
    tile_vnni((const int8_t *)a->rows + row * a->width, a->width, (const uint8_t *)packed, a->offsets + row, dots);
    break;
  case CCLUSTERING_AVX2:
    tile_avx2((const int16_t *)a->rows + row * a->width, a->width, (const int16_t *)packed, dots);
    break;
#endif
  default: tile_plain((const int16_t *)a->rows + row * a->width, a->width, (const int16_t *)packed, dots);
  }
  scale_codes(dots, a->scales + row, b->scales + panel * PANEL, out);
}
