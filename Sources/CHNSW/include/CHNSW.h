#ifndef CHNSW_H
#define CHNSW_H
// A graph for approximate nearest neighbours (HNSW, Malkov and Yashunin 2018): built by hnswlib, searched in
// its file. No exception leaves this module; a message that is given in `error` is the caller's to free.
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// What a graph is made of and for.
struct hnsw_settings {
  uint32_t dim;
  /// 1: nodes hold int8 codes (CCodes); 0: float32.
  uint32_t coded;
  /// Links of a node; twice as many on the ground level.
  uint32_t m;
  uint32_t ef_construction;
};

struct hnsw_builder;
/// An empty graph with room for `capacity` nodes. NULL with `error` set when it cannot be had.
struct hnsw_builder *hnsw_create(const struct hnsw_settings *settings, size_t capacity, char **error);
/// A graph from its file, to be changed; NULL when it is damaged, of other settings or another `token`.
struct hnsw_builder *hnsw_load(const char *path, const struct hnsw_settings *settings, const uint8_t token[32],
                               size_t more, char **error);
void hnsw_free(struct hnsw_builder *builder);
/// How many nodes it has, and how many were removed since it was empty.
size_t hnsw_count(const struct hnsw_builder *builder);
size_t hnsw_removed(const struct hnsw_builder *builder);
/// Adds a node: a record of CCodes or `dim` floats. One thread; the same order gives the same graph.
int hnsw_add(struct hnsw_builder *builder, const void *record, uint32_t label, char **error);
/// Takes nodes out, bytes and all, and links what they connected. Labels that are not there are passed over.
int hnsw_remove(struct hnsw_builder *builder, const uint32_t *labels, size_t count, char **error);
/// Writes the file; `token` says which vectors it belongs to. Not synced.
int hnsw_save(const struct hnsw_builder *builder, const char *path, const uint8_t token[32], char **error);

struct hnsw_graph;
/// Maps a file for searching; reads its header only. NULL when it is damaged or of other settings or vectors.
struct hnsw_graph *hnsw_open(const char *path, const struct hnsw_settings *settings, const uint8_t token[32],
                             char **error);
void hnsw_close(struct hnsw_graph *graph);
size_t hnsw_graph_count(const struct hnsw_graph *graph);
/// The nearest nodes, nearest first, at most `ef` of them; several threads may search.
/// @param allowed a bit for each label; NULL: all. Only such labels come out; others are walked through.
/// @param budget gives up after so many distances; 0: never.
/// @param labels, distances room for `ef` of each.
/// @return how many were found; -1: the graph is damaged; -2: the budget was used up; -3: no memory.
ptrdiff_t hnsw_search(const struct hnsw_graph *graph, const void *record, size_t ef, const uint64_t *allowed,
                      size_t allowed_count, size_t budget, uint32_t *labels, float *distances);
/// How many nodes no search can come to from the entry; the first `capacity` of their labels. -1: damaged.
ptrdiff_t hnsw_unreachable(const struct hnsw_graph *graph, uint32_t *labels, size_t capacity);

#ifdef __cplusplus
}
#endif
#endif
