#include "Internal.h"

static inline uint64_t next(uint64_t *state) {
  uint64_t z = *state += 0x9E3779B97F4A7C15u;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

static inline float clip(float x) { return x > 4 ? 4 : x < -4 ? -4 : x; }

void cclustering_layout(size_t count, uint32_t k, const uint32_t *indices, const float *weights, uint32_t epochs,
                        float *places) {
  // 1 / (1 + a d^2b) with b = 1: the curve for min_dist ≈ 0.1 without powers, so that every processor agrees.
  const float a = 1.3f, negatives = 5;
  uint64_t state = 20261121;
  for (uint32_t epoch = 0; epoch < epochs; epoch++) {
    float rate = 1.0f - (float)epoch / (float)epochs;
    for (size_t i = 0; i < count; i++) {
      float *p = places + 2 * i;
      for (uint32_t n = 0; n < k; n++) {
        uint32_t j = indices[i * k + n];
        if (j == UINT32_MAX) break;
        // An edge is taken as often as it weighs.
        if ((float)(next(&state) >> 40) / 16777216.0f >= weights[i * k + n]) continue;
        float *q = places + 2 * (size_t)j;
        float dx = p[0] - q[0], dy = p[1] - q[1], square = dx * dx + dy * dy;
        float pull = -2.0f * a / (1.0f + a * square);
        float mx = rate * clip(pull * dx), my = rate * clip(pull * dy);
        p[0] += mx, p[1] += my, q[0] -= mx, q[1] -= my;
        for (int r = 0; r < (int)negatives; r++) {
          size_t other = (size_t)(next(&state) % count);
          if (other == i) continue;
          const float *o = places + 2 * other;
          float ox = p[0] - o[0], oy = p[1] - o[1], far = ox * ox + oy * oy;
          float push = 2.0f / ((0.001f + far) * (1.0f + a * far));
          p[0] += rate * clip(push * ox), p[1] += rate * clip(push * oy);
        }
      }
    }
  }
}
