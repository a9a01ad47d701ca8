#ifndef CKERNELS_H
#define CKERNELS_H
// Loops over float32 vectors, always compiled with optimization. The sums are taken in 16 lanes in a
// fixed order and without fused multiply-add, so that every processor gives the same bits.
#include <stddef.h>
#include <stdint.h>

/// The dot product of two vectors.
float kernels_dot(const float *a, const float *b, size_t dim);
/// The dot products of `query` with each of `count` rows.
void kernels_dots(const float *query, const float *rows, size_t count, size_t dim, float *out);
/// As kernels_dots, with rows at any address (a blob in a file).
void kernels_dots_unaligned(const float *query, const void *rows, size_t count, size_t dim, float *out);
/// The squared Euclidean distances between `query` and each row.
void kernels_squared_distances(const float *query, const float *rows, size_t count, size_t dim, float *out);
/// Scales a vector to length 1; a vector of zeros stays. Returns its length before.
float kernels_normalize(float *vector, size_t dim);
/// The mean of the first `count` rows.
void kernels_mean(const float *rows, size_t count, size_t dim, float *out);
/// sum += row
void kernels_add(float *sum, const float *row, size_t dim);
/// The k-th largest of `count` scores (the smallest, when there are fewer than k; 0 < count, k).
float kernels_kth_largest(const float *scores, size_t count, size_t k);
/// The first `capacity` indices whose score is at least `threshold`, ascending; returns how many there are.
size_t kernels_at_least(const float *scores, size_t count, float threshold, uint32_t *indices, size_t capacity);
/// For each i in 0..<count that is not `done`: the weight of the edge from the point whose dot products
/// are given is max(distance, core, cores[i]) with distance = sqrt(max(0, 2 - 2 dot)); where it is below
/// best[i], best[i] and from[i] take it. Returns the index of the smallest best (the first of
/// equals), or -1.
ptrdiff_t kernels_prim_step(const float *dots, const float *cores, float core, int32_t point, size_t count,
                            const uint8_t *done, float *best, int32_t *from);
#endif
