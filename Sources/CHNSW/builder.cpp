#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <functional>
#include <string>

#include "format.h"
#include "hnswlib/hnswlib.h"
#include "space.h"

using hnswlib::linklistsizeint;
using hnswlib::tableint;

namespace {

class Space : public hnswlib::SpaceInterface<float> {
 public:
  explicit Space(const hnsw_settings &settings) : settings_(settings), dim_(settings.dim) {}
  size_t get_data_size() override { return space::record_size(settings_); }
  hnswlib::DISTFUNC<float> get_dist_func() override { return space::function(settings_); }
  void *get_dist_func_param() override { return &dim_; }

 private:
  hnsw_settings settings_;
  size_t dim_;
};

using Graph = hnswlib::HierarchicalNSW<float>;
using Nearest = std::priority_queue<std::pair<float, tableint>, std::vector<std::pair<float, tableint>>,
                                    Graph::CompareByFirst>;

}  // namespace

struct hnsw_builder {
  hnsw_settings settings;
  Space space;
  Graph graph;
  uint32_t removed = 0;

  hnsw_builder(const hnsw_settings &s, size_t capacity, size_t seed)
      : settings(s), space(s), graph(&space, std::max<size_t>(capacity, 1), s.m, s.ef_construction, seed) {}

  size_t count() const { return graph.cur_element_count; }

  tableint *links(tableint node, int level, size_t &size) const {
    linklistsizeint *list = graph.get_linklist_at_level(node, level);
    size = *reinterpret_cast<unsigned short *>(list);
    return reinterpret_cast<tableint *>(list + 1);
  }

  void set_links(tableint node, int level, Nearest &chosen) {
    linklistsizeint *list = graph.get_linklist_at_level(node, level);
    tableint *data = reinterpret_cast<tableint *>(list + 1);
    size_t room = level == 0 ? graph.maxM0_ : graph.maxM_;
    memset(list, 0, (room + 1) * sizeof(tableint));
    graph.setListCount(list, static_cast<unsigned short>(chosen.size()));
    for (; !chosen.empty(); chosen.pop()) *data++ = chosen.top().second;
  }

  float distance(tableint a, tableint b) const {
    return graph.fstdistfunc_(graph.getDataByInternalId(a), graph.getDataByInternalId(b), graph.dist_func_param_);
  }

  // A node that loses neighbours gets theirs to choose from (FreshDiskANN, Singh et al. 2021).
  void bypass(const std::vector<uint8_t> &dead, int level) {
    std::vector<tableint> candidates;
    for (tableint node = 0; node < count(); node++) {
      if (dead[node] || graph.element_levels_[node] < level) continue;
      size_t size = 0;
      tableint *own = links(node, level, size);
      bool loses = false;
      for (size_t i = 0; i < size; i++) loses = loses || dead[own[i]];
      if (!loses) continue;
      candidates.clear();
      for (size_t i = 0; i < size; i++) {
        if (!dead[own[i]]) {
          candidates.push_back(own[i]);
          continue;
        }
        size_t far_size = 0;
        tableint *far = links(own[i], level, far_size);
        for (size_t j = 0; j < far_size; j++)
          if (!dead[far[j]] && far[j] != node) candidates.push_back(far[j]);
      }
      std::sort(candidates.begin(), candidates.end());
      candidates.erase(std::unique(candidates.begin(), candidates.end()), candidates.end());
      Nearest nearest;
      for (tableint other : candidates) nearest.emplace(distance(node, other), other);
      graph.getNeighborsByHeuristic2(nearest, level == 0 ? graph.maxM0_ : graph.maxM_);
      set_links(node, level, nearest);
    }
  }

  // Moves the last nodes into the holes, so that node numbers stay dense and no byte of the dead is left.
  void close_up(const std::vector<uint8_t> &dead) {
    std::vector<tableint> moved(count());
    for (tableint i = 0; i < count(); i++) moved[i] = i;
    tableint end = static_cast<tableint>(count());
    for (tableint hole = 0; hole < end; hole++) {
      if (!dead[hole]) continue;
      while (end > hole && dead[end - 1]) end--;
      if (end <= hole) break;
      moved[--end] = hole;
    }
    for (tableint node = 0; node < count(); node++) {
      if (!dead[node]) continue;
      graph.label_lookup_.erase(graph.getExternalLabel(node));
      if (graph.element_levels_[node] > 0) free(graph.linkLists_[node]);
      graph.linkLists_[node] = nullptr;
      graph.element_levels_[node] = 0;
    }
    for (tableint node = 0; node < count(); node++) {
      if (dead[node] || moved[node] == node) continue;
      tableint to = moved[node];
      memcpy(graph.data_level0_memory_ + to * graph.size_data_per_element_,
             graph.data_level0_memory_ + node * graph.size_data_per_element_, graph.size_data_per_element_);
      graph.linkLists_[to] = graph.linkLists_[node];
      graph.element_levels_[to] = graph.element_levels_[node];
      graph.linkLists_[node] = nullptr;
      graph.element_levels_[node] = 0;
      graph.label_lookup_[graph.getExternalLabel(to)] = to;
    }
    memset(graph.data_level0_memory_ + end * graph.size_data_per_element_, 0,
           (count() - end) * graph.size_data_per_element_);
    graph.enterpoint_node_ = moved[graph.enterpoint_node_];
    graph.cur_element_count = end;
    for (tableint node = 0; node < end; node++)
      for (int level = 0; level <= graph.element_levels_[node]; level++) {
        size_t size = 0;
        tableint *own = links(node, level, size);
        for (size_t i = 0; i < size; i++) own[i] = moved[own[i]];
      }
  }

  void remove(const uint32_t *labels, size_t total) {
    std::vector<uint8_t> dead(count());
    size_t gone = 0;
    for (size_t i = 0; i < total; i++) {
      auto found = graph.label_lookup_.find(labels[i]);
      if (found == graph.label_lookup_.end() || dead[found->second]) continue;
      dead[found->second] = 1;
      gone++;
    }
    if (gone == 0) return;
    removed += static_cast<uint32_t>(gone);
    if (gone == count()) {
      close_up(dead);
      graph.enterpoint_node_ = static_cast<tableint>(-1);
      graph.maxlevel_ = -1;
      return;
    }
    for (int level = 0; level <= graph.maxlevel_; level++) bypass(dead, level);
    if (dead[graph.enterpoint_node_]) {
      tableint best = 0;
      int highest = -1;
      for (tableint node = 0; node < count(); node++)
        if (!dead[node] && graph.element_levels_[node] > highest) {
          highest = graph.element_levels_[node];
          best = node;
        }
      graph.enterpoint_node_ = best;
      graph.maxlevel_ = highest;
    }
    close_up(dead);
  }

  std::vector<uint8_t> reached() const {
    std::vector<uint8_t> seen(count());
    std::vector<tableint> waiting;
    if (count() == 0) return seen;
    seen[graph.enterpoint_node_] = 1;
    waiting.push_back(graph.enterpoint_node_);
    while (!waiting.empty()) {
      tableint node = waiting.back();
      waiting.pop_back();
      for (int level = 0; level <= graph.element_levels_[node]; level++) {
        size_t size = 0;
        tableint *own = links(node, level, size);
        for (size_t i = 0; i < size; i++)
          if (!seen[own[i]]) {
            seen[own[i]] = 1;
            waiting.push_back(own[i]);
          }
      }
    }
    return seen;
  }

  // Where the heuristic left a node without a way to it, its nearest reachable neighbour links to it.
  void reconnect() {
    for (int round = 0; round < 8; round++) {
      std::vector<uint8_t> seen = reached();
      bool complete = true;
      for (tableint node = 0; node < count(); node++) {
        if (seen[node]) continue;
        complete = false;
        auto nearest = graph.searchKnn(graph.getDataByInternalId(node), 16);
        std::vector<std::pair<float, tableint>> order;
        for (; !nearest.empty(); nearest.pop()) {
          tableint other = graph.label_lookup_.at(nearest.top().second);
          if (other != node) order.emplace_back(nearest.top().first, other);
        }
        std::sort(order.begin(), order.end());
        for (size_t i = 0; i < order.size(); i++) {
          size_t size = 0;
          tableint *own = links(order[i].second, 0, size);
          bool is_last = i + 1 == order.size();
          if (size >= graph.maxM0_ && !is_last) continue;
          // The last resort: in the place of the farthest, which has other ways to it, or gets one in the next round.
          if (size >= graph.maxM0_) {
            size_t farthest = 0;
            float far = -1;
            for (size_t j = 0; j < size; j++)
              if (float d = distance(order[i].second, own[j]); d > far) {
                far = d;
                farthest = j;
              }
            own[farthest] = node;
          } else {
            own[size] = node;
            graph.setListCount(graph.get_linklist0(order[i].second), static_cast<unsigned short>(size + 1));
          }
          break;
        }
      }
      if (complete) return;
    }
  }
};

namespace {

template <typename Result>
Result guarded(char **error, Result failure, const std::function<Result()> &body) {
  *error = nullptr;
  try {
    return body();
  } catch (const std::bad_alloc &) {
    *error = graph_file::message("there is not enough memory");
  } catch (const std::exception &e) {
    *error = graph_file::message(e.what());
  } catch (...) {
    *error = graph_file::message("an unknown error");
  }
  return failure;
}

struct Mapping {
  const char *data = nullptr;
  size_t size = 0;
  explicit Mapping(const char *path) {
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) throw std::runtime_error(strerror(errno));
    struct stat status;
    if (fstat(file, &status) == 0 && status.st_size >= static_cast<off_t>(graph_file::page)) {
      void *mapped = mmap(nullptr, static_cast<size_t>(status.st_size), PROT_READ, MAP_PRIVATE, file, 0);
      if (mapped != MAP_FAILED) {
        data = static_cast<const char *>(mapped);
        size = static_cast<size_t>(status.st_size);
      }
    }
    close(file);
    if (!data) throw std::runtime_error("it is too short");
  }
  ~Mapping() { munmap(const_cast<char *>(data), size); }
};

void put(FILE *file, const void *data, size_t size) {
  if (size > 0 && fwrite(data, 1, size, file) != size) throw std::runtime_error(strerror(errno));
}

}  // namespace

extern "C" {

hnsw_builder *hnsw_create(const hnsw_settings *settings, size_t capacity, char **error) {
  return guarded<hnsw_builder *>(error, nullptr, [&] { return new hnsw_builder(*settings, capacity, 100); });
}

void hnsw_free(hnsw_builder *builder) { delete builder; }
size_t hnsw_count(const hnsw_builder *builder) { return builder->count(); }
size_t hnsw_removed(const hnsw_builder *builder) { return builder->removed; }

int hnsw_add(hnsw_builder *builder, const void *record, uint32_t label, char **error) {
  return guarded<int>(error, -1, [&] {
    builder->graph.addPoint(record, label);
    return 0;
  });
}

int hnsw_remove(hnsw_builder *builder, const uint32_t *labels, size_t count, char **error) {
  return guarded<int>(error, -1, [&] {
    builder->remove(labels, count);
    return 0;
  });
}

int hnsw_save(const hnsw_builder *source, const char *path, const uint8_t token[32], char **error) {
  FILE *file = nullptr;
  int status = guarded<int>(error, -1, [&] {
    hnsw_builder *builder = const_cast<hnsw_builder *>(source);
    builder->reconnect();
    const Graph &graph = builder->graph;
    std::vector<graph_file::upper> uppers;
    std::string lists;
    for (tableint node = 0; node < builder->count(); node++) {
      int levels = graph.element_levels_[node];
      if (levels <= 0) continue;
      uppers.push_back({node, static_cast<uint32_t>(levels), lists.size()});
      lists.append(graph.linkLists_[node], static_cast<size_t>(levels) * graph.size_links_per_element_);
    }
    graph_file::header head;
    memset(&head, 0, sizeof head);
    memcpy(head.magic, graph_file::magic, 8);
    head.settings = builder->settings;
    head.count = static_cast<uint32_t>(builder->count());
    head.entry = graph.enterpoint_node_;
    head.max_level = graph.maxlevel_;
    head.removed = builder->removed;
    head.node_size = graph.size_data_per_element_;
    head.upper_count = uppers.size();
    head.upper_size = lists.size();
    memcpy(head.token, token, 32);
    size_t ground = builder->count() * graph.size_data_per_element_;
    head.content_hash = graph_file::hash(graph.data_level0_memory_, ground);
    head.content_hash = graph_file::hash(uppers.data(), uppers.size() * sizeof uppers[0], head.content_hash);
    head.content_hash = graph_file::hash(lists.data(), lists.size(), head.content_hash);
    head.header_hash = graph_file::own_hash(head);
    char first[graph_file::page] = {0};
    memcpy(first, &head, sizeof head);
    file = fopen(path, "wbe");
    if (!file) throw std::runtime_error(strerror(errno));
    put(file, first, sizeof first);
    put(file, graph.data_level0_memory_, ground);
    put(file, uppers.data(), uppers.size() * sizeof uppers[0]);
    put(file, lists.data(), lists.size());
    FILE *closing = file;
    file = nullptr;
    if (fclose(closing) != 0) throw std::runtime_error(strerror(errno));
    return 0;
  });
  if (file) fclose(file);
  return status;
}

hnsw_builder *hnsw_load(const char *path, const hnsw_settings *settings, const uint8_t token[32], size_t more,
                        char **error) {
  return guarded<hnsw_builder *>(error, nullptr, [&]() -> hnsw_builder * {
    Mapping mapping(path);
    graph_file::header head;
    memcpy(&head, mapping.data, sizeof head);
    if (const char *fault = graph_file::fault(head, *settings, token, mapping.size)) throw std::runtime_error(fault);
    const char *ground = mapping.data + graph_file::page;
    size_t ground_size = head.count * head.node_size;
    const char *uppers = ground + ground_size;
    const char *lists = uppers + head.upper_count * sizeof(graph_file::upper);
    uint64_t hash = graph_file::hash(ground, ground_size);
    hash = graph_file::hash(uppers, head.upper_count * sizeof(graph_file::upper), hash);
    if (graph_file::hash(lists, head.upper_size, hash) != head.content_hash)
      throw std::runtime_error("its bytes are damaged");
    std::unique_ptr<hnsw_builder> builder(
        new hnsw_builder(*settings, head.count + more, 100 + head.count + head.removed));
    Graph &graph = builder->graph;
    if (graph.size_data_per_element_ != head.node_size) throw std::runtime_error("its nodes have another size");
    memcpy(graph.data_level0_memory_, ground, ground_size);
    memset(graph.linkLists_, 0, sizeof(char *) * graph.max_elements_);
    graph.cur_element_count = head.count;
    for (size_t i = 0; i < head.upper_count; i++) {
      graph_file::upper entry;
      memcpy(&entry, uppers + i * sizeof entry, sizeof entry);
      size_t size = entry.levels * graph.size_links_per_element_;
      char *list = static_cast<char *>(malloc(size + 1));
      if (!list) throw std::bad_alloc();
      memcpy(list, lists + entry.offset, size);
      graph.linkLists_[entry.node] = list;
      graph.element_levels_[entry.node] = static_cast<int>(entry.levels);
    }
    for (tableint node = 0; node < head.count; node++) graph.label_lookup_[graph.getExternalLabel(node)] = node;
    graph.enterpoint_node_ = head.entry;
    graph.maxlevel_ = head.max_level;
    builder->removed = head.removed;
    return builder.release();
  });
}

}  // extern "C"
