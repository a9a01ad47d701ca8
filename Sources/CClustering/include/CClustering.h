#ifndef CCLUSTERING_H
#define CCLUSTERING_H
// All pairs of many vectors, tile by tile: nearest neighbours, joints between components, nearest centers.
//
// Scores are dot products, either of float32 values (added in a fixed order and without fused multiply-add) or of
// 8-bit codes (integers, then two multiplications): the same bits on every processor, in every tile and with any number
// of threads. Which processor instructions are used is decided at run time.
#include <stddef.h>
#include <stdint.h>

enum {
  /// How many rows a panel holds.
  CCLUSTERING_PANEL = 64,
  /// How many panels of rows are multiplied with one panel while that is near at hand; pairs are divided by blocks.
  CCLUSTERING_BLOCK = 4
};

typedef enum { CCLUSTERING_FLOAT32 = 0, CCLUSTERING_INT8 = 1 } cclustering_precision;

/// Instruction sets, for tests; `CCLUSTERING_BEST` takes the best that the processor has.
typedef enum { CCLUSTERING_BEST = 0, CCLUSTERING_PLAIN = 1, CCLUSTERING_AVX2 = 2, CCLUSTERING_VNNI = 3 } cclustering_level;

/// What `level` comes to on this processor.
cclustering_level cclustering_resolve(cclustering_level level);

/// Rows laid out for tiles: as they are multiplied and, in panels, as they are multiplied with.
typedef struct cclustering_tiles cclustering_tiles;

/// Room for `count` rows of `dim` values; NULL when there is no memory.
cclustering_tiles *cclustering_tiles_new(size_t count, size_t dim, cclustering_precision precision, cclustering_level level);
void cclustering_tiles_free(cclustering_tiles *tiles);
size_t cclustering_panels(const cclustering_tiles *tiles);
size_t cclustering_blocks(const cclustering_tiles *tiles);
/// Lays out the rows of one panel: row i of the tiles is row `order[i]` of `rows` (i, when `order` is NULL).
void cclustering_tiles_fill(cclustering_tiles *tiles, size_t panel, const float *rows, const uint32_t *order);

/// The best scores of each row so far.
typedef struct cclustering_lists cclustering_lists;
cclustering_lists *cclustering_lists_new(size_t count, uint32_t k);
void cclustering_lists_free(cclustering_lists *lists);
/// Offers each pair (i, j), i in the block, j > i, to the lists of both. Of equal scores the smaller number is better.
void cclustering_neighbours(const cclustering_tiles *tiles, size_t block, cclustering_lists *lists);
/// Offers what `other` holds to `lists`.
void cclustering_lists_merge(cclustering_lists *lists, const cclustering_lists *other);
/// The best of row i with their exact squared Euclidean distances, nearest first, equals by number; rows shorter than k
/// end with UINT32_MAX. `indices` and `squares` have room for k each.
void cclustering_lists_finish(cclustering_lists *lists, size_t row, const float *rows, size_t dim, const uint32_t *order,
                              uint32_t *indices, float *squares);

/// The squared Euclidean distance of two vectors, added in a fixed order.
float cclustering_square(const float *a, const float *b, size_t dim);

/// A forest over the points, as links to parents (a root is its own parent).
void cclustering_forest_reset(uint32_t *parents, size_t count);
uint32_t cclustering_root(uint32_t *parents, uint32_t node);

/// An edge of a spanning tree.
typedef struct {
  uint32_t from, to;
  /// The squared mutual reachability.
  float square;
} cclustering_edge;

/// Borůvka's algorithm over the edges of a graph of nearest neighbours, joined in `parents`: adds edges to `edges`
/// (room for count - 1) and returns how many.
///
/// With `exact` an edge is taken only if no pair outside of the graph can be shorter: what is not among the k nearest of
/// a point is at least as far as the k-th. Without, all edges that do not close a circle are taken.
size_t cclustering_grow(size_t count, uint32_t k, const uint32_t *indices, const float *squares, const float *cores,
                        int exact, uint32_t *parents, cclustering_edge *edges);

/// Where the joint of components a < b stands in a table.
static inline size_t cclustering_joint(size_t components, size_t a, size_t b) {
  return a * (2 * components - a - 1) / 2 + (b - a - 1);
}

/// For any two components a < b the least squared mutual reachability of their points, over all pairs (i, j), i in the
/// block, j > i: lowers `table[cclustering_joint(components, a, b)]`, whose upper 32 bits are the square as a float, the
/// lower ones i, the smallest of equals. Begins with all bits set. The rows of the tiles must be sorted by component.
/// Several threads may share a table.
void cclustering_joints(const cclustering_tiles *tiles, size_t block, const float *cores, const uint32_t *component,
                        uint32_t components, uint64_t *table);

/// The center nearest to each row of a panel of `tiles` by exact float32 arithmetic: 8-bit codes say which centers may
/// be. `centers` are the tiles of `center_rows` (8-bit as well), `halves[c]` = |center|² / 2. Gives `labels` and
/// `squares` (distance² to that center) for the rows of the panel.
void cclustering_assign(const cclustering_tiles *tiles, size_t panel, const float *rows, const cclustering_tiles *centers,
                        const float *center_rows, const float *halves, const float *lengths, uint32_t *labels,
                        float *squares);

/// For each row of a panel: its approximate squared distance (8-bit codes) to each of the `trials` rows in `trial_tiles`
/// that came from the same set, at most `nearest[row]`; `out[trial * count + row]`.
void cclustering_trials(const cclustering_tiles *tiles, size_t panel, const float *lengths,
                        const cclustering_tiles *trial_tiles, const float *trial_lengths, const float *nearest,
                        float *out);

/// The sum of values from 0 to 4 in fixed point (2^-32): exact in any order.
uint64_t cclustering_total(const float *values, size_t count);
/// For each of `targets`, ascending: the first value in `order` at which the sum of all up to it, as by
/// `cclustering_total`, exceeds the target; the last when none does.
void cclustering_pick(const float *values, const uint32_t *order, size_t count, const uint64_t *targets, size_t wanted,
                      uint32_t *picked);

/// Adds `sign` times a row to sums of fixed-point numbers (2^-32): exact in any order.
void cclustering_sum(int64_t *sum, const float *row, size_t dim, int sign);
/// The mean of `count` rows from their sum.
void cclustering_mean(const int64_t *sum, size_t count, size_t dim, float *mean);

/// The covariance of rows (dim * dim, symmetric) and their mean.
void cclustering_covariance(const float *rows, size_t count, size_t dim, double *mean, double *covariance);
/// The leading eigenvectors of a symmetric matrix, largest first, each of length 1 with its largest component positive:
/// `wanted` rows of `dim` values and their eigenvalues, by subspace iteration from a fixed start.
void cclustering_eigenvectors(const double *matrix, size_t dim, size_t wanted, double *vectors, double *values);

/// 64 bits that follow from a vector's bytes.
uint64_t cclustering_hash(const float *row, size_t dim);

/// Places points of a graph in the plane (after UMAP: McInnes, Healy and Melville 2018): `epochs` rounds in which
/// neighbours attract each other and random others repel. Weights are from 0 to 1; `places` holds x and y of each point
/// and begins with where they start. Deterministic: one thread, fixed seed.
void cclustering_layout(size_t count, uint32_t k, const uint32_t *indices, const float *weights, uint32_t epochs,
                        float *places);
#endif
