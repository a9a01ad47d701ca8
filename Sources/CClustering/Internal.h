#ifndef CCLUSTERING_INTERNAL_H
#define CCLUSTERING_INTERNAL_H
#include "CClustering.h"

#include "../CKernels/Clones.h"

// The dot product in `lanes` sums, which are added half to half: whoever carries it out, the bits are the same.
#define DOT_PRODUCT(name, type, lanes)                                  \
  type name(const type *a, const type *b, size_t dim) {                 \
    type sums[lanes] = {0}, rest = 0;                                   \
    size_t d = 0;                                                       \
    for (; d + lanes <= dim; d += lanes)                                \
      for (size_t n = 0; n < lanes; n++) sums[n] += a[d + n] * b[d + n]; \
    for (; d < dim; d++) rest += a[d] * b[d];                           \
    for (size_t half = lanes / 2; half > 0; half /= 2)                  \
      for (size_t n = 0; n < half; n++) sums[n] += sums[n + half];      \
    return sums[0] + rest;                                              \
  }

enum { PANEL = CCLUSTERING_PANEL, BLOCK = CCLUSTERING_BLOCK, GROUP = 6 };

struct cclustering_tiles {
  size_t count, dim, panels;
  // The values of a row, rounded up to a multiple of four.
  size_t width;
  cclustering_precision precision;
  cclustering_level level;
  // Rows one after the other; GROUP rows of zeros behind the last.
  void *rows;
  // Panels: for each step of `step` values the values of all 64 rows side by side.
  void *packed;
  size_t panel_bytes;
  // 8-bit codes only: a row is code * scale + rest.
  float *scales;
  float *rests;
  // 128 * the sum of a row's codes: what the unsigned codes of panels add.
  int32_t *offsets;
};

/// The scores of GROUP rows from `row` on with the 64 rows of a panel.
void cclustering_tile(const cclustering_tiles *a, size_t row, const cclustering_tiles *b, size_t panel,
                      float out[GROUP][PANEL]);
#endif
