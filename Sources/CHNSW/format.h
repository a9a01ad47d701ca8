#ifndef CHNSW_FORMAT_H
#define CHNSW_FORMAT_H
// The file of a graph: a page of header, the nodes of the ground level as hnswlib lays them out (links, record,
// label), which nodes have upper levels, their links.
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "CHNSW.h"

namespace graph_file {

constexpr size_t page = 4096;
constexpr char magic[9] = "SLUICEG1";

struct header {
  char magic[8];
  hnsw_settings settings;
  uint32_t count;
  uint32_t entry;
  int32_t max_level;
  uint32_t removed;
  uint64_t node_size;
  uint64_t upper_count;
  uint64_t upper_size;
  uint8_t token[32];
  /// Of all that follows the page.
  uint64_t content_hash;
  /// Of this struct up to here.
  uint64_t header_hash;
};

/// A node that stands on upper levels, too; ascending by node. The section begins where the nodes end, at a multiple of 4.
struct __attribute__((packed, aligned(4))) upper {
  uint32_t node;
  uint32_t levels;
  /// Into the last section.
  uint64_t offset;
};

/// Tells damage, not malice.
inline uint64_t hash(const void *data, size_t size, uint64_t seed = 0x9E3779B97F4A7C15u) {
  const unsigned char *bytes = static_cast<const unsigned char *>(data);
  uint64_t state = seed ^ size;
  while (size > 0) {
    uint64_t word = 0;
    size_t taken = size < 8 ? size : 8;
    memcpy(&word, bytes, taken);
    state = (state ^ word) * 0xD6E8FEB86659FD93u;
    state ^= state >> 32;
    bytes += taken;
    size -= taken;
  }
  return state;
}

inline uint64_t own_hash(const header &h) { return hash(&h, offsetof(header, header_hash)); }

/// NULL when the header fits, else what is wrong with it.
inline const char *fault(const header &h, const hnsw_settings &settings, const uint8_t token[32], size_t file_size) {
  if (memcmp(h.magic, magic, 8) != 0 || h.header_hash != own_hash(h)) return "its header is damaged";
  if (memcmp(&h.settings, &settings, sizeof settings) != 0) return "it was made with other settings";
  if (memcmp(h.token, token, 32) != 0) return "it belongs to other vectors";
  if (file_size != page + h.count * h.node_size + h.upper_count * sizeof(upper) + h.upper_size)
    return "it is not as long as its header says";
  return nullptr;
}

inline char *message(const char *text) { return strdup(text); }

}  // namespace graph_file
#endif
