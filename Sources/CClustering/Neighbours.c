#include "Internal.h"

/// A score and a number as one number that grows with the score and falls with the number.
typedef uint64_t entry;

static inline entry make_entry(float score, uint32_t number) {
  uint32_t bits;
  memcpy(&bits, &score, sizeof bits);
  bits = bits & 0x80000000u ? ~bits : bits | 0x80000000u;
  return (entry)bits << 32 | (uint32_t)~number;
}

static inline float entry_score(entry e) {
  uint32_t bits = (uint32_t)(e >> 32);
  bits = bits & 0x80000000u ? bits & 0x7fffffffu : ~bits;
  float score;
  memcpy(&score, &bits, sizeof score);
  return score;
}

static inline uint32_t entry_number(entry e) { return ~(uint32_t)e; }

struct cclustering_lists {
  size_t count;
  uint32_t k, capacity;
  uint32_t *fill;
  /// The score that a newcomer must reach, and the whole entry that it must exceed.
  float *threshold;
  entry *least;
  entry *entries;
};

cclustering_lists *cclustering_lists_new(size_t count, uint32_t k) {
  cclustering_lists *l = calloc(1, sizeof *l);
  if (!l) return NULL;
  l->count = count;
  l->k = k;
  l->capacity = 2 * k;
  size_t padded = (count + PANEL - 1) / PANEL * PANEL + PANEL;
  l->fill = calloc(count + 1, sizeof *l->fill);
  l->threshold = malloc(padded * sizeof *l->threshold);
  l->least = calloc(count + 1, sizeof *l->least);
  l->entries = malloc((count + 1) * l->capacity * sizeof *l->entries);
  if (!l->fill || !l->threshold || !l->least || !l->entries) {
    cclustering_lists_free(l);
    return NULL;
  }
  // Rows behind the last let nothing in.
  for (size_t i = 0; i < padded; i++) l->threshold[i] = i < count ? -INFINITY : INFINITY;
  return l;
}

void cclustering_lists_free(cclustering_lists *l) {
  if (!l) return;
  free(l->fill);
  free(l->threshold);
  free(l->least);
  free(l->entries);
  free(l);
}

/// Hoare's selection: the k largest come first.
static void select_largest(entry *e, size_t count, size_t k) {
  size_t low = 0, high = count - 1;
  while (low < high) {
    entry a = e[low], b = e[low + (high - low) / 2], c = e[high];
    entry pivot = a > b ? (b > c ? b : a > c ? c : a) : (a > c ? a : b > c ? c : b);
    size_t i = low, j = high;
    for (;;) {
      while (e[i] > pivot) i++;
      while (e[j] < pivot) j--;
      if (i >= j) break;
      entry swap = e[i];
      e[i++] = e[j];
      e[j--] = swap;
    }
    if (k <= j + 1) high = j;
    else low = j + 1;
    if (k == j + 1) return;
  }
}

static void shrink(cclustering_lists *l, size_t row) {
  entry *e = l->entries + row * l->capacity;
  if (l->fill[row] <= l->k) return;
  select_largest(e, l->fill[row], l->k);
  l->fill[row] = l->k;
  entry least = e[0];
  for (uint32_t i = 1; i < l->k; i++) least = e[i] < least ? e[i] : least;
  l->least[row] = least;
  l->threshold[row] = entry_score(least);
}

static inline void offer(cclustering_lists *l, size_t row, entry e) {
  if (e <= l->least[row]) return;
  l->entries[row * l->capacity + l->fill[row]++] = e;
  if (l->fill[row] == l->capacity) shrink(l, row);
}

/// Which scores reach the threshold of their row or of their column, a byte each.
CLONES static void find_hits(const float *scores, float own, const float *others, uint8_t hits[PANEL]) {
  for (size_t n = 0; n < PANEL; n++) hits[n] = (scores[n] >= own) | (scores[n] >= others[n]);
}

static void offer_panels(const cclustering_tiles *t, size_t panel, size_t other, cclustering_lists *l) {
  size_t first = panel * PANEL, end = first + PANEL < t->count ? first + PANEL : t->count;
  size_t column = other * PANEL, columns = column + PANEL < t->count ? PANEL : t->count - column;
  float scores[GROUP][PANEL];
  uint8_t hits[PANEL];
  for (size_t row = first; row < end; row += GROUP) {
    cclustering_tile(t, row, t, other, scores);
    for (size_t m = 0; m < GROUP && row + m < end; m++) {
      size_t i = row + m;
      find_hits(scores[m], l->threshold[i], l->threshold + column, hits);
      for (size_t n = other == panel ? i - column + 1 : 0; n < columns; n++) {
        uint64_t eight;
        if (n % 8 == 0 && (memcpy(&eight, hits + n, sizeof eight), eight == 0)) {
          n += 7;
          continue;
        }
        if (!hits[n]) continue;
        float score = scores[m][n];
        if (score >= l->threshold[i]) offer(l, i, make_entry(score, (uint32_t)(column + n)));
        if (score >= l->threshold[column + n]) offer(l, column + n, make_entry(score, (uint32_t)i));
      }
    }
  }
}

void cclustering_neighbours(const cclustering_tiles *t, size_t block, cclustering_lists *l) {
  size_t first = block * BLOCK;
  for (size_t other = first; other < t->panels; other++)
    for (size_t panel = first; panel < first + BLOCK && panel <= other; panel++) offer_panels(t, panel, other, l);
}

void cclustering_lists_merge(cclustering_lists *l, const cclustering_lists *other) {
  for (size_t row = 0; row < l->count; row++) {
    const entry *e = other->entries + row * other->capacity;
    for (uint32_t i = 0; i < other->fill[row]; i++) offer(l, row, e[i]);
  }
}

CLONES float cclustering_square(const float *a, const float *b, size_t dim) {
  float sums[16] = {0}, rest = 0;
  size_t d = 0;
  for (; d + 16 <= dim; d += 16)
    for (size_t n = 0; n < 16; n++) {
      float left = a[d + n] - b[d + n];
      sums[n] += left * left;
    }
  for (; d < dim; d++) rest += (a[d] - b[d]) * (a[d] - b[d]);
  for (size_t half = 8; half > 0; half /= 2)
    for (size_t n = 0; n < half; n++) sums[n] += sums[n + half];
  return sums[0] + rest;
}

void cclustering_lists_finish(cclustering_lists *l, size_t row, const float *rows, size_t dim, const uint32_t *order,
                              uint32_t *indices, float *squares) {
  shrink(l, row);
  const entry *e = l->entries + row * l->capacity;
  uint32_t found = l->fill[row];
  const float *own = rows + (order ? order[row] : row) * dim;
  for (uint32_t i = 0; i < found; i++) {
    uint32_t number = entry_number(e[i]);
    float square = cclustering_square(own, rows + (order ? order[number] : number) * dim, dim);
    uint32_t at = i;
    for (; at > 0 && (square < squares[at - 1] || (square == squares[at - 1] && number < indices[at - 1])); at--) {
      squares[at] = squares[at - 1];
      indices[at] = indices[at - 1];
    }
    squares[at] = square;
    indices[at] = number;
  }
  for (uint32_t i = found; i < l->k; i++) {
    indices[i] = UINT32_MAX;
    squares[i] = INFINITY;
  }
}

uint64_t cclustering_hash(const float *row, size_t dim) {
  uint64_t hash = 0x9E3779B97F4A7C15u;
  for (size_t d = 0; d < dim; d++) {
    uint32_t bits;
    memcpy(&bits, row + d, sizeof bits);
    hash = (hash ^ bits) * 0xBF58476D1CE4E5B9u;
    hash ^= hash >> 29;
  }
  hash = (hash ^ (hash >> 30)) * 0x94D049BB133111EBu;
  return hash ^ (hash >> 31);
}
