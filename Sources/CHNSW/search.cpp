#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <new>
#include <utility>
#include <vector>

#include "format.h"
#include "space.h"

// The links come from a file: each number is checked before it is followed.
struct hnsw_graph {
  const char *data;
  size_t size;
  graph_file::header head;
  size_t dim;
  size_t record_offset;
  size_t label_offset;
  size_t ground_links;
  size_t upper_links;
  const char *ground;
  const graph_file::upper *uppers;
  const char *lists;
  space::distance_function distance;

  const char *node(uint32_t i) const { return ground + i * head.node_size; }
  const char *record(uint32_t i) const { return node(i) + record_offset; }
  uint32_t label(uint32_t i) const {
    uint64_t label;
    memcpy(&label, node(i) + label_offset, sizeof label);
    return static_cast<uint32_t>(label);
  }

  /// The links of a node on a level; false when the file is damaged.
  bool links(uint32_t i, int level, const uint32_t *&first, size_t &count) const {
    const char *list = node(i);
    size_t room = 2 * head.settings.m;
    if (level > 0) {
      const graph_file::upper *end = uppers + head.upper_count;
      const graph_file::upper *found =
          std::lower_bound(uppers, end, i, [](const graph_file::upper &a, uint32_t b) { return a.node < b; });
      if (found == end || found->node != i || static_cast<uint32_t>(level) > found->levels ||
          found->offset + level * upper_links > head.upper_size)
        return false;
      list = lists + found->offset + (level - 1) * upper_links;
      room = head.settings.m;
    }
    uint16_t stored;
    memcpy(&stored, list, sizeof stored);
    if (stored > room) return false;
    count = stored;
    first = reinterpret_cast<const uint32_t *>(list + sizeof(uint32_t));
    return true;
  }
};

namespace {

// By distance, then by node: the same order whatever the heaps do.
using Entry = std::pair<float, uint32_t>;

inline void prefetch(const char *record, size_t size) {
  for (size_t i = 0; i < size; i += 64) __builtin_prefetch(record + i);
}

}  // namespace

extern "C" {

hnsw_graph *hnsw_open(const char *path, const hnsw_settings *settings, const uint8_t token[32], char **error) {
  *error = nullptr;
  int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) {
    *error = graph_file::message(strerror(errno));
    return nullptr;
  }
  struct stat status;
  void *mapped = MAP_FAILED;
  if (fstat(file, &status) == 0 && status.st_size >= static_cast<off_t>(graph_file::page))
    mapped = mmap(nullptr, static_cast<size_t>(status.st_size), PROT_READ, MAP_PRIVATE, file, 0);
  close(file);
  if (mapped == MAP_FAILED) {
    *error = graph_file::message("it is too short");
    return nullptr;
  }
  hnsw_graph *graph = new (std::nothrow) hnsw_graph;
  if (!graph) {
    munmap(mapped, static_cast<size_t>(status.st_size));
    *error = graph_file::message("there is not enough memory");
    return nullptr;
  }
  graph->data = static_cast<const char *>(mapped);
  graph->size = static_cast<size_t>(status.st_size);
  memcpy(&graph->head, graph->data, sizeof graph->head);
  const char *fault = graph_file::fault(graph->head, *settings, token, graph->size);
  if (!fault && graph->head.node_size != space::node_size(*settings)) fault = "its nodes have another size";
  if (!fault && graph->head.count > 0 && graph->head.entry >= graph->head.count) fault = "its header is damaged";
  if (fault) {
    *error = graph_file::message(fault);
    hnsw_close(graph);
    return nullptr;
  }
  graph->dim = settings->dim;
  graph->ground_links = space::links_size(*settings);
  graph->upper_links = space::upper_links_size(*settings);
  graph->record_offset = graph->ground_links;
  graph->label_offset = graph->ground_links + space::record_size(*settings);
  graph->ground = graph->data + graph_file::page;
  graph->uppers = reinterpret_cast<const graph_file::upper *>(graph->ground + graph->head.count * graph->head.node_size);
  graph->lists = reinterpret_cast<const char *>(graph->uppers + graph->head.upper_count);
  graph->distance = space::function(*settings);
  return graph;
}

void hnsw_close(hnsw_graph *graph) {
  if (!graph) return;
  munmap(const_cast<char *>(graph->data), graph->size);
  delete graph;
}

size_t hnsw_graph_count(const hnsw_graph *graph) { return graph->head.count; }

ptrdiff_t hnsw_search(const hnsw_graph *graph, const void *query, size_t ef, const uint64_t *allowed,
                      size_t allowed_count, size_t budget, uint32_t *labels, float *distances) try {
  uint32_t total = graph->head.count;
  if (total == 0 || ef == 0) return 0;
  size_t record_size = space::record_size(graph->head.settings);
  size_t spent = 1;
  uint32_t current = graph->head.entry;
  float nearest = graph->distance(query, graph->record(current), &graph->dim);
  for (int level = graph->head.max_level; level > 0; level--) {
    for (bool changed = true; changed;) {
      changed = false;
      const uint32_t *links;
      size_t count;
      if (!graph->links(current, level, links, count)) return -1;
      for (size_t i = 0; i < count; i++) {
        if (links[i] >= total) return -1;
        float d = graph->distance(query, graph->record(links[i]), &graph->dim);
        spent++;
        if (d < nearest) {
          nearest = d;
          current = links[i];
          changed = true;
        }
      }
    }
  }

  auto is_allowed = [&](uint32_t node) {
    if (!allowed) return true;
    uint32_t label = graph->label(node);
    return label < allowed_count && (allowed[label / 64] >> (label % 64) & 1);
  };
  std::vector<uint64_t> visited((total + 63) / 64);
  std::vector<Entry> open, found;
  open.reserve(4 * ef);
  found.reserve(ef + 1);
  auto farther = [](const Entry &a, const Entry &b) { return a > b; };
  visited[current / 64] |= uint64_t(1) << (current % 64);
  open.emplace_back(nearest, current);
  if (is_allowed(current)) found.emplace_back(nearest, current);
  std::vector<uint32_t> fresh(2 * graph->head.settings.m);
  while (!open.empty()) {
    Entry best = open.front();
    if (found.size() >= ef && best.first > found.front().first) break;
    std::pop_heap(open.begin(), open.end(), farther);
    open.pop_back();
    const uint32_t *links;
    size_t count;
    if (!graph->links(best.second, 0, links, count)) return -1;
    size_t news = 0;
    for (size_t i = 0; i < count; i++) {
      uint32_t node = links[i];
      if (node >= total) return -1;
      uint64_t bit = uint64_t(1) << (node % 64);
      if (visited[node / 64] & bit) continue;
      visited[node / 64] |= bit;
      prefetch(graph->record(node), record_size < 512 ? record_size : 512);
      fresh[news++] = node;
    }
    spent += news;
    if (budget && spent > budget) return -2;
    for (size_t i = 0; i < news; i++) {
      float d = graph->distance(query, graph->record(fresh[i]), &graph->dim);
      if (found.size() >= ef && d >= found.front().first) continue;
      open.emplace_back(d, fresh[i]);
      std::push_heap(open.begin(), open.end(), farther);
      if (!is_allowed(fresh[i])) continue;
      found.emplace_back(d, fresh[i]);
      std::push_heap(found.begin(), found.end());
      if (found.size() > ef) {
        std::pop_heap(found.begin(), found.end());
        found.pop_back();
      }
    }
  }
  std::sort(found.begin(), found.end());
  for (size_t i = 0; i < found.size(); i++) {
    labels[i] = graph->label(found[i].second);
    distances[i] = found[i].first;
  }
  return static_cast<ptrdiff_t>(found.size());
} catch (...) {
  return -3;
}

ptrdiff_t hnsw_unreachable(const hnsw_graph *graph, uint32_t *labels, size_t capacity) try {
  uint32_t total = graph->head.count;
  if (total == 0) return 0;
  std::vector<uint32_t> levels(total);
  for (size_t i = 0; i < graph->head.upper_count; i++) {
    if (graph->uppers[i].node >= total) return -1;
    levels[graph->uppers[i].node] = graph->uppers[i].levels;
  }
  std::vector<uint8_t> seen(total);
  std::vector<uint32_t> waiting = {graph->head.entry};
  seen[graph->head.entry] = 1;
  size_t reached = 1;
  while (!waiting.empty()) {
    uint32_t node = waiting.back();
    waiting.pop_back();
    for (uint32_t level = 0; level <= levels[node]; level++) {
      const uint32_t *links;
      size_t count;
      if (!graph->links(node, static_cast<int>(level), links, count)) return -1;
      for (size_t i = 0; i < count; i++) {
        if (links[i] >= total) return -1;
        if (seen[links[i]]) continue;
        seen[links[i]] = 1;
        reached++;
        waiting.push_back(links[i]);
      }
    }
  }
  size_t lost = 0;
  for (uint32_t i = 0; i < total && lost < capacity; i++)
    if (!seen[i]) labels[lost++] = graph->label(i);
  return static_cast<ptrdiff_t>(total - reached);
} catch (...) {
  return -3;
}

}  // extern "C"
