#include "Internal.h"

static inline DOT_PRODUCT(dot, float, 16)

/// What bounds the error of codes, for 64 centers side by side.
typedef struct {
  float half[PANEL], length[PANEL], rest[PANEL];
} center_panel;

/// Turns the scores of a row into the most that x·c - |c|² / 2 can be, and raises `least` to the least that it can be.
CLONES static void bound_scores(float *scores, const center_panel *c, float own, float length, float *least) {
  // |x·c - codes| ≤ |rest of x| |c| + |x| |rest of c| + |rest of x| |rest of c|, and a little for float32.
  float by_length = own + 1e-5f * length, by_rest = length + own;
  for (size_t n = 0; n < PANEL; n++) {
    float slack = by_length * c->length[n] + by_rest * c->rest[n], score = scores[n] - c->half[n];
    least[n] = least[n] > score - slack ? least[n] : score - slack;
    scores[n] = score + slack;
  }
}

CLONES static void find_candidates(const float *scores, float floor, uint8_t found[PANEL]) {
  for (size_t n = 0; n < PANEL; n++) found[n] = scores[n] >= floor;
}

CLONES void cclustering_assign(const cclustering_tiles *t, size_t panel, const float *rows,
                               const cclustering_tiles *centers, const float *center_rows, const float *halves,
                               const float *lengths, uint32_t *labels, float *squares) {
  size_t first = panel * PANEL, end = first + PANEL < t->count ? first + PANEL : t->count;
  float *scores = malloc(centers->panels * GROUP * PANEL * sizeof *scores);
  center_panel *bounds = malloc(centers->panels * sizeof *bounds);
  if (!scores || !bounds) abort();
  for (size_t c = 0; c < centers->panels * PANEL; c++) {
    int is_center = c < centers->count;
    bounds[c / PANEL].half[c % PANEL] = is_center ? halves[c] : INFINITY;
    bounds[c / PANEL].length[c % PANEL] = is_center ? sqrtf(2 * halves[c]) : 0;
    bounds[c / PANEL].rest[c % PANEL] = is_center ? centers->rests[c] : 0;
  }
  for (size_t row = first; row < end; row += GROUP) {
    for (size_t p = 0; p < centers->panels; p++)
      cclustering_tile(t, row, centers, p, (float(*)[PANEL])(scores + p * GROUP * PANEL));
    for (size_t m = 0; m < GROUP && row + m < end; m++) {
      size_t i = row + m;
      const float *x = rows + i * t->dim;
      float least[PANEL], floor = -INFINITY;
      for (size_t n = 0; n < PANEL; n++) least[n] = -INFINITY;
      for (size_t p = 0; p < centers->panels; p++)
        bound_scores(scores + (p * GROUP + m) * PANEL, &bounds[p], t->rests[i], lengths[i], least);
      for (size_t n = 0; n < PANEL; n++) floor = floor > least[n] ? floor : least[n];
      uint32_t best = 0;
      float most = -INFINITY;
      for (size_t p = 0; p < centers->panels; p++) {
        uint8_t found[PANEL];
        find_candidates(scores + (p * GROUP + m) * PANEL, floor, found);
        for (size_t n = 0; n < PANEL; n++) {
          uint64_t eight;
          if (n % 8 == 0 && (memcpy(&eight, found + n, sizeof eight), eight == 0)) {
            n += 7;
            continue;
          }
          size_t c = p * PANEL + n;
          if (!found[n] || c >= centers->count) continue;
          float score = dot(x, center_rows + c * t->dim, t->dim) - halves[c];
          if (score > most) {
            most = score;
            best = (uint32_t)c;
          }
        }
      }
      labels[i] = best;
      squares[i] = cclustering_square(x, center_rows + best * t->dim, t->dim);
    }
  }
  free(scores);
  free(bounds);
}

CLONES void cclustering_trials(const cclustering_tiles *t, size_t panel, const float *lengths,
                               const cclustering_tiles *trials, const float *trial_lengths, const float *nearest,
                               float *out) {
  size_t first = panel * PANEL, end = first + PANEL < t->count ? first + PANEL : t->count;
  float scores[GROUP][PANEL];
  for (size_t row = first; row < end; row += GROUP) {
    cclustering_tile(t, row, trials, 0, scores);
    for (size_t m = 0; m < GROUP && row + m < end; m++) {
      size_t i = row + m;
      for (size_t n = 0; n < trials->count; n++) {
        float square = lengths[i] * lengths[i] + trial_lengths[n] * trial_lengths[n] - 2.0f * scores[m][n];
        square = square > 0 ? square : 0;
        out[n * t->count + i] = square < nearest[i] ? square : nearest[i];
      }
    }
  }
}

CLONES void cclustering_sum(int64_t *sum, const float *row, size_t dim, int sign) {
  for (size_t d = 0; d < dim; d++) sum[d] += sign * (int64_t)((double)row[d] * 4294967296.0);
}

void cclustering_mean(const int64_t *sum, size_t count, size_t dim, float *mean) {
  for (size_t d = 0; d < dim; d++) mean[d] = (float)((double)sum[d] / 4294967296.0 / (double)count);
}

CLONES uint64_t cclustering_total(const float *values, size_t count) {
  uint64_t sum = 0;
  for (size_t i = 0; i < count; i++) sum += (uint64_t)((double)values[i] * 4294967296.0);
  return sum;
}

void cclustering_pick(const float *values, const uint32_t *order, size_t count, const uint64_t *targets, size_t wanted,
                      uint32_t *picked) {
  uint64_t sum = 0;
  size_t next = 0;
  for (size_t i = 0; i < count && next < wanted; i++) {
    sum += (uint64_t)((double)values[order[i]] * 4294967296.0);
    while (next < wanted && sum > targets[next]) picked[next++] = order[i];
  }
  while (next < wanted) picked[next++] = order[count - 1];
}
