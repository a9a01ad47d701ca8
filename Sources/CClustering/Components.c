#include "Internal.h"

CLONES static void add_products(double *sums, const double *row, size_t dim) {
  for (size_t a = 0; a < dim; a++) {
    double x = row[a];
    for (size_t b = a; b < dim; b++) sums[a * dim + b] += x * row[b];
  }
}

void cclustering_covariance(const float *rows, size_t count, size_t dim, double *mean, double *covariance) {
  memset(mean, 0, dim * sizeof *mean);
  memset(covariance, 0, dim * dim * sizeof *covariance);
  for (size_t i = 0; i < count; i++)
    for (size_t d = 0; d < dim; d++) mean[d] += rows[i * dim + d];
  for (size_t d = 0; d < dim && count; d++) mean[d] /= (double)count;
  double *row = malloc(dim * sizeof *row + 1);
  if (!row) abort();
  for (size_t i = 0; i < count; i++) {
    for (size_t d = 0; d < dim; d++) row[d] = rows[i * dim + d] - mean[d];
    add_products(covariance, row, dim);
  }
  free(row);
  for (size_t a = 0; a < dim; a++)
    for (size_t b = a; b < dim; b++)
      covariance[b * dim + a] = covariance[a * dim + b] /= (double)(count ? count : 1);
}

CLONES static DOT_PRODUCT(product, double, 8)

/// Gram and Schmidt, twice: once is not enough for nearly dependent vectors.
static void orthogonalize(double *vectors, size_t count, size_t dim) {
  for (size_t v = 0; v < count; v++) {
    double *own = vectors + v * dim;
    for (int pass = 0; pass < 2; pass++)
      for (size_t w = 0; w < v; w++) {
        double share = product(own, vectors + w * dim, dim);
        for (size_t d = 0; d < dim; d++) own[d] -= share * vectors[w * dim + d];
      }
    double length = sqrt(product(own, own, dim));
    for (size_t d = 0; d < dim; d++) own[d] = length > 1e-300 ? own[d] / length : 0;
  }
}

void cclustering_eigenvectors(const double *matrix, size_t dim, size_t wanted, double *vectors, double *values) {
  size_t count = wanted + 10 < dim ? wanted + 10 : dim;
  double *now = malloc(count * dim * sizeof *now + 1), *next = malloc(count * dim * sizeof *next + 1);
  if (!now || !next) abort();
  uint64_t state = 20261121;
  for (size_t i = 0; i < count * dim; i++) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    now[i] = (double)(state >> 11) / 9007199254740992.0 - 0.5;
  }
  orthogonalize(now, count, dim);
  for (int round = 0; round < 200; round++) {
    double moved = 0;
    for (size_t v = 0; v < count; v++)
      for (size_t d = 0; d < dim; d++) next[v * dim + d] = product(matrix + d * dim, now + v * dim, dim);
    orthogonalize(next, count, dim);
    for (size_t v = 0; v < wanted; v++) {
      double same = fabs(product(now + v * dim, next + v * dim, dim));
      moved = moved > 1 - same ? moved : 1 - same;
    }
    double *swap = now;
    now = next;
    next = swap;
    if (moved < 1e-12) break;
  }
  for (size_t v = 0; v < wanted; v++) {
    double *own = vectors + v * dim;
    memcpy(own, now + v * dim, dim * sizeof *own);
    size_t largest = 0;
    for (size_t d = 0; d < dim; d++)
      if (fabs(own[d]) > fabs(own[largest])) largest = d;
    if (own[largest] < 0)
      for (size_t d = 0; d < dim; d++) own[d] = -own[d];
    values[v] = 0;
    for (size_t d = 0; d < dim; d++) values[v] += own[d] * product(matrix + d * dim, own, dim);
  }
  free(now);
  free(next);
}
