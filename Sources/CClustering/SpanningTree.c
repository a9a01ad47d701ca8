#include "Internal.h"

void cclustering_forest_reset(uint32_t *parents, size_t count) {
  for (size_t i = 0; i < count; i++) parents[i] = (uint32_t)i;
}

uint32_t cclustering_root(uint32_t *parents, uint32_t node) {
  uint32_t root = node;
  while (parents[root] != root) root = parents[root];
  while (parents[node] != root) {
    uint32_t next = parents[node];
    parents[node] = root;
    node = next;
  }
  return root;
}

typedef struct {
  float square;
  uint32_t from, to;
} candidate;

static inline int better(float square, uint32_t a, uint32_t b, const candidate *than) {
  if (square != than->square) return square < than->square;
  // The same pair in the same order, whichever end it was found from: otherwise equal edges could close a circle.
  uint32_t low = a < b ? a : b, high = a < b ? b : a;
  uint32_t old_low = than->from < than->to ? than->from : than->to;
  uint32_t old_high = than->from < than->to ? than->to : than->from;
  return low != old_low ? low < old_low : high < old_high;
}

size_t cclustering_grow(size_t count, uint32_t k, const uint32_t *indices, const float *squares, const float *cores,
                        int exact, uint32_t *parents, cclustering_edge *edges) {
  candidate *best = malloc(count * sizeof *best);
  float *bound = malloc(count * sizeof *bound);
  size_t made = 0;
  if (!best || !bound) abort();
  for (;;) {
    for (size_t i = 0; i < count; i++) {
      best[i] = (candidate){INFINITY, UINT32_MAX, UINT32_MAX};
      bound[i] = INFINITY;
    }
    for (uint32_t i = 0; i < count; i++) {
      uint32_t own = cclustering_root(parents, i);
      const uint32_t *row = indices + (size_t)i * k;
      const float *near = squares + (size_t)i * k;
      // A list that is not full names all there are.
      float farthest = row[k - 1] == UINT32_MAX ? INFINITY : near[k - 1];
      farthest = farthest > cores[i] ? farthest : cores[i];
      if (farthest < bound[own]) bound[own] = farthest;
      for (uint32_t n = 0; n < k && row[n] != UINT32_MAX; n++) {
        float square = near[n] > cores[i] ? near[n] : cores[i];
        // What is farther than the best of both ends comes to nothing; the list is sorted.
        square = square > cores[row[n]] ? square : cores[row[n]];
        uint32_t other = cclustering_root(parents, row[n]);
        if (other == own) continue;
        if (better(square, i, row[n], &best[own])) best[own] = (candidate){square, i, row[n]};
        if (better(square, i, row[n], &best[other])) best[other] = (candidate){square, i, row[n]};
      }
    }
    size_t before = made;
    for (uint32_t i = 0; i < count; i++) {
      candidate c = best[i];
      if (c.from == UINT32_MAX || (exact && c.square > bound[i])) continue;
      uint32_t a = cclustering_root(parents, c.from), b = cclustering_root(parents, c.to);
      if (a == b) continue;
      // The smaller number stays root: the same forest in the same order.
      if (a < b) parents[b] = a;
      else parents[a] = b;
      edges[made++] = (cclustering_edge){c.from, c.to, c.square};
    }
    if (made == before) break;
  }
  free(best);
  free(bound);
  return made;
}

static inline void lower(uint64_t *cell, float square, uint32_t row) {
  // Non-negative floats are ordered as their bits are.
  uint32_t bits;
  memcpy(&bits, &square, sizeof bits);
  uint64_t key = (uint64_t)bits << 32 | row, old = __atomic_load_n(cell, __ATOMIC_RELAXED);
  while (key < old)
    if (__atomic_compare_exchange_n(cell, &old, key, 1, __ATOMIC_RELAXED, __ATOMIC_RELAXED)) return;
}

/// The least squared mutual reachability of each column so far, and the row that it was found in.
typedef struct {
  float square[PANEL];
  uint32_t row[PANEL];
} nearest;

CLONES static void keep_least(const float *scores, const float *cores, float own, uint32_t row, nearest *best) {
  for (size_t n = 0; n < PANEL; n++) {
    float square = 2.0f - 2.0f * scores[n];
    square = square > cores[n] ? square : cores[n];
    square = square > own ? square : own;
    int is_less = square < best->square[n];
    best->square[n] = is_less ? square : best->square[n];
    best->row[n] = is_less ? row : best->row[n];
  }
}

static void forget(nearest *best) {
  for (size_t n = 0; n < PANEL; n++) best->square[n] = INFINITY;
}

/// Writes what rows of one component found into the table.
static void write_down(const nearest *best, const uint32_t *names, size_t columns, uint32_t own, uint32_t components,
                       uint64_t *table) {
  for (size_t n = 0; n < columns;) {
    uint32_t name = names[n];
    float square = best->square[n];
    uint32_t row = best->row[n];
    for (n++; n < columns && names[n] == name; n++)
      if (best->square[n] < square || (best->square[n] == square && best->row[n] < row)) {
        square = best->square[n];
        row = best->row[n];
      }
    if (name > own && square < INFINITY) lower(&table[cclustering_joint(components, own, name)], square, row);
  }
}

void cclustering_joints(const cclustering_tiles *t, size_t block, const float *cores, const uint32_t *component,
                        uint32_t components, uint64_t *table) {
  size_t first = block * BLOCK * PANEL, end = first + BLOCK * PANEL < t->count ? first + BLOCK * PANEL : t->count;
  float scores[GROUP][PANEL], last[PANEL];
  nearest best;
  for (size_t other = block * BLOCK; other < t->panels; other++) {
    size_t column = other * PANEL, columns = column + PANEL < t->count ? PANEL : t->count - column;
    const uint32_t *names = component + column;
    const float *theirs = cores + column;
    if (columns < PANEL) {
      memset(last, 0, sizeof last);
      memcpy(last, theirs, columns * sizeof *last);
      theirs = last;
    }
    forget(&best);
    // Whose rows `best` is about.
    uint32_t own = component[first];
    size_t stop = other * PANEL + PANEL < end ? other * PANEL + PANEL : end;
    for (size_t row = first; row < stop; row += GROUP) {
      // Sorted by component: when a row and the last column belong together, all between do.
      if (component[row] >= names[columns - 1]) break;
      cclustering_tile(t, row, t, other, scores);
      for (size_t m = 0; m < GROUP && row + m < stop; m++) {
        size_t i = row + m;
        if (component[i] != own) {
          write_down(&best, names, columns, own, components, table);
          forget(&best);
          own = component[i];
        }
        keep_least(scores[m], theirs, cores[i], (uint32_t)i, &best);
      }
    }
    write_down(&best, names, columns, own, components, table);
  }
}
