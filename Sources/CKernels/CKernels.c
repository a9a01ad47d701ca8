#include "CKernels.h"

#include "Clones.h"

typedef float lanes __attribute__((vector_size(64)));
enum { LANES = 16 };

// Vectors are never passed to functions: the default clone has no registers of that width.
#define LOAD(name, pointer) \
  lanes name;               \
  memcpy(&name, pointer, sizeof name)

static inline __attribute__((always_inline)) float sum_lanes(const void *vector) {
  float s[LANES];
  memcpy(s, vector, sizeof s);
  for (int i = 0; i < 8; i++) s[i] += s[i + 8];
  for (int i = 0; i < 4; i++) s[i] += s[i + 4];
  return (s[0] + s[2]) + (s[1] + s[3]);
}

static inline __attribute__((always_inline)) float dot(const float *a, const unsigned char *b, size_t dim) {
  lanes first = {0}, second = {0};
  size_t i = 0;
  for (; i + 2 * LANES <= dim; i += 2 * LANES) {
    LOAD(a1, a + i);
    LOAD(b1, b + i * sizeof(float));
    LOAD(a2, a + i + LANES);
    LOAD(b2, b + (i + LANES) * sizeof(float));
    first += a1 * b1;
    second += a2 * b2;
  }
  for (; i + LANES <= dim; i += LANES) {
    LOAD(a1, a + i);
    LOAD(b1, b + i * sizeof(float));
    first += a1 * b1;
  }
  float rest = 0;
  for (; i < dim; i++) {
    float x;
    memcpy(&x, b + i * sizeof(float), sizeof x);
    rest += a[i] * x;
  }
  first += second;
  return sum_lanes(&first) + rest;
}

CLONES float kernels_dot(const float *a, const float *b, size_t dim) { return dot(a, (const void *)b, dim); }

CLONES void kernels_dots(const float *query, const float *rows, size_t count, size_t dim, float *out) {
  for (size_t r = 0; r < count; r++) out[r] = dot(query, (const void *)(rows + r * dim), dim);
}

CLONES void kernels_dots_unaligned(const float *query, const void *rows, size_t count, size_t dim, float *out) {
  const unsigned char *p = rows;
  for (size_t r = 0; r < count; r++) out[r] = dot(query, p + r * dim * sizeof(float), dim);
}

CLONES void kernels_squared_distances(const float *query, const float *rows, size_t count, size_t dim, float *out) {
  for (size_t r = 0; r < count; r++) {
    const float *row = rows + r * dim;
    lanes sum = {0};
    size_t i = 0;
    for (; i + LANES <= dim; i += LANES) {
      LOAD(a, query + i);
      LOAD(b, row + i);
      a -= b;
      sum += a * a;
    }
    float rest = 0;
    for (; i < dim; i++) rest += (query[i] - row[i]) * (query[i] - row[i]);
    out[r] = sum_lanes(&sum) + rest;
  }
}

float kernels_normalize(float *vector, size_t dim) {
  double sum = 0;
  for (size_t i = 0; i < dim; i++) sum += (double)vector[i] * vector[i];
  double length = sqrt(sum);
  if (length > 0)
    for (size_t i = 0; i < dim; i++) vector[i] = (float)(vector[i] / length);
  return (float)length;
}

CLONES void kernels_add(float *sum, const float *row, size_t dim) {
  for (size_t i = 0; i < dim; i++) sum[i] += row[i];
}

CLONES void kernels_mean(const float *rows, size_t count, size_t dim, float *out) {
  memset(out, 0, dim * sizeof *out);
  for (size_t r = 0; r < count; r++)
    for (size_t i = 0; i < dim; i++) out[i] += rows[r * dim + i];
  if (count > 0)
    for (size_t i = 0; i < dim; i++) out[i] /= (float)count;
}

static void sink(float *heap, size_t count, size_t i) {
  for (;;) {
    size_t child = 2 * i + 1;
    if (child >= count) return;
    if (child + 1 < count && heap[child + 1] < heap[child]) child++;
    if (heap[i] <= heap[child]) return;
    float swap = heap[i];
    heap[i] = heap[child];
    heap[child] = swap;
    i = child;
  }
}

float kernels_kth_largest(const float *scores, size_t count, size_t k) {
  // A heap of the k largest, the smallest of them on top.
  if (k > count) k = count;
  float *heap = malloc(k * sizeof *heap);
  memcpy(heap, scores, k * sizeof *heap);
  for (size_t i = k / 2; i-- > 0;) sink(heap, k, i);
  for (size_t i = k; i < count; i++) {
    if (scores[i] <= heap[0]) continue;
    heap[0] = scores[i];
    sink(heap, k, 0);
  }
  float result = heap[0];
  free(heap);
  return result;
}

size_t kernels_at_least(const float *scores, size_t count, float threshold, uint32_t *indices, size_t capacity) {
  size_t found = 0;
  for (size_t i = 0; i < count && found < capacity; i++)
    if (scores[i] >= threshold) indices[found++] = (uint32_t)i;
  return found;
}

CLONES ptrdiff_t kernels_prim_step(const float *dots, const float *cores, float core, int32_t point, size_t count,
                                   const uint8_t *done, float *best, int32_t *from) {
  for (size_t i = 0; i < count; i++) {
    float squared = 2.0f - 2.0f * dots[i];
    float distance = sqrtf(squared > 0 ? squared : 0);
    float weight = distance > core ? distance : core;
    weight = weight > cores[i] ? weight : cores[i];
    int better = !done[i] & (weight < best[i]);
    best[i] = better ? weight : best[i];
    from[i] = better ? point : from[i];
  }
  ptrdiff_t next = -1;
  float smallest = INFINITY;
  for (size_t i = 0; i < count; i++) {
    if (!done[i] && best[i] < smallest) {
      smallest = best[i];
      next = (ptrdiff_t)i;
    }
  }
  return next;
}
