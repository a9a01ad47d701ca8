// Looks for very many texts at once: a table of the first eight bytes of each, asked at every position.
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "CSystem.h"

enum { PREFIX = 8, SLOT_BITS = 16, SLOTS = 1 << SLOT_BITS };

struct csystem_needles {
  size_t count;
  const uint8_t **bytes;
  size_t *lengths;
  uint32_t *next;          // the next needle of the same slot; 0: none
  uint32_t slots[SLOTS];   // number of the first needle, from 1
  uint8_t used[SLOTS / 8];
};

static uint32_t slot_of(const uint8_t *at) {
  uint64_t prefix;
  memcpy(&prefix, at, PREFIX);
  return (uint32_t)((prefix * 0x9E3779B97F4A7C15u) >> (64 - SLOT_BITS));
}

struct csystem_needles *csystem_needles_make(const uint8_t *bytes, const size_t *lengths, size_t count) {
  struct csystem_needles *all = calloc(1, sizeof *all);
  size_t total = 0;
  for (size_t i = 0; i < count; i++) total += lengths[i];
  uint8_t *copy = malloc(total + 1);
  if (all) {
    all->bytes = calloc(count + 1, sizeof *all->bytes);
    all->lengths = calloc(count + 1, sizeof *all->lengths);
    all->next = calloc(count + 1, sizeof *all->next);
  }
  if (!all || !copy || !all->bytes || !all->lengths || !all->next) abort();
  memcpy(copy, bytes, total);
  all->count = count;
  all->bytes[count] = copy;
  for (size_t i = 0; i < count; copy += lengths[i], i++) {
    all->bytes[i] = copy;
    all->lengths[i] = lengths[i];
    if (lengths[i] < PREFIX) continue;
    uint32_t slot = slot_of(copy);
    all->next[i] = all->slots[slot];
    all->slots[slot] = (uint32_t)i + 1;
    all->used[slot >> 3] |= (uint8_t)(1 << (slot & 7));
  }
  return all;
}

void csystem_needles_free(struct csystem_needles *all) {
  free((void *)all->bytes[all->count]);
  free(all->bytes);
  free(all->lengths);
  free(all->next);
  free(all);
}

size_t csystem_needles_scan(const struct csystem_needles *all, const uint8_t *data, size_t length, uint8_t *found) {
  size_t hits = 0;
  for (size_t i = 0; i < all->count; i++) {
    if (all->lengths[i] >= PREFIX || found[i] || !memmem(data, length, all->bytes[i], all->lengths[i])) continue;
    found[i] = 1;
    hits++;
  }
  for (size_t at = 0; at + PREFIX <= length; at++) {
    uint32_t slot = slot_of(data + at);
    if (!(all->used[slot >> 3] & (1 << (slot & 7)))) continue;
    for (uint32_t i = all->slots[slot]; i != 0; i = all->next[i - 1]) {
      size_t own = all->lengths[i - 1];
      if (found[i - 1] || own > length - at || memcmp(data + at, all->bytes[i - 1], own) != 0) continue;
      found[i - 1] = 1;
      hits++;
    }
  }
  return hits;
}

int csystem_exchange(const char *one, const char *other) {
  return renameat2(AT_FDCWD, one, AT_FDCWD, other, RENAME_EXCHANGE);
}
