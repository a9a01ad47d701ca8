#ifndef CHNSW_SPACE_H
#define CHNSW_SPACE_H
#include "CCodes.h"
#include "CHNSW.h"

namespace space {

using distance_function = float (*)(const void *, const void *, const void *);

/// 1 - dot product, of records of CCodes or of floats.
inline float coded(const void *a, const void *b, const void *dim) {
  return 1.0f - codes_dot(a, b, *static_cast<const size_t *>(dim));
}
inline float exact(const void *a, const void *b, const void *dim) {
  return 1.0f - codes_exact_dot(static_cast<const float *>(a), static_cast<const float *>(b),
                                *static_cast<const size_t *>(dim));
}
inline distance_function function(const hnsw_settings &s) { return s.coded ? coded : exact; }
inline size_t record_size(const hnsw_settings &s) {
  return s.coded ? codes_stride(s.dim) : s.dim * sizeof(float);
}
/// How hnswlib lays a node out.
inline size_t links_size(const hnsw_settings &s) { return (2 * s.m + 1) * sizeof(uint32_t); }
inline size_t upper_links_size(const hnsw_settings &s) { return (s.m + 1) * sizeof(uint32_t); }
inline size_t node_size(const hnsw_settings &s) { return links_size(s) + record_size(s) + sizeof(size_t); }

}  // namespace space
#endif
