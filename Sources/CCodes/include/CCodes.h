#ifndef CCODES_H
#define CCODES_H
// Vectors of length 1 as int8 codes: a quarter of the memory to read, with a bound on what that costs, so
// that an exact answer comes out all the same. Whole-number sums: every processor gives the same bits.
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// The bytes of a record: `dim` codes filled up to a multiple of 64, then 16 bytes (scale, error, sum, live).
size_t codes_stride(size_t dim);
/// Encodes a vector: code = round(x / scale) with scale = max|x| / 127.
void codes_encode(const float *vector, size_t dim, void *record);
/// Whether a record stands for a vector; one of zeros does not.
int codes_is_live(const void *record, size_t dim);
/// The dot product of what two records stand for; within error(a) + error(b) + error(a) * error(b) of that of the
/// vectors, when these have length 1.
float codes_dot(const void *a, const void *b, size_t dim);

/// The `k` rows with the largest dot product with `query`, exactly, and all that tie with the last of them.
/// @param records the codes of the rows, `codes_stride(dim)` apart; NULL: all is done in float32.
/// @param live for records == NULL: a byte for each row, 0 where there is none.
/// @param allowed a bit for each row (the first is the lowest of the first word); NULL: all.
/// @param indices, scores room for `count` of each; ascending indices come out.
/// @return how many were found, or -1 when there is no memory.
ptrdiff_t codes_nearest(const float *query, size_t dim, const void *records, const uint8_t *live, const float *rows,
                        size_t count, const uint64_t *allowed, size_t k, uint32_t *indices, float *scores);
/// Which kernel this processor gets: "avx512vnni", "avx2" or "portable".
const char *codes_kernel(void);
/// codes_dot by a named kernel; 0 where the processor does not have it. For tests: all give the same bits.
int codes_dot_by(const char *kernel, const void *a, const void *b, size_t dim, float *result);
/// The dot product in float32 (as CKernels has it).
float codes_exact_dot(const float *a, const float *b, size_t dim);

#ifdef __cplusplus
}
#endif
#endif
