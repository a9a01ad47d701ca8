#ifndef CPCRE2_H
#define CPCRE2_H
// Regular expressions by PCRE2, for pre-tokenizers: UTF-8, Unicode properties, compiled to machine code where that is
// allowed. Texts must be valid UTF-8.
#include <stdbool.h>
#include <stddef.h>

/// Writes the library's version with that of its Unicode tables.
void pcre_version(char *text, size_t size);

struct pcre_pattern;
struct pcre_search;

/// Compiles a pattern. Returns NULL with a reason in `error` (of `size` bytes) when it cannot be read.
struct pcre_pattern *pcre_pattern_create(const char *pattern, size_t length, char *error, size_t size);
void pcre_pattern_free(struct pcre_pattern *pattern);

/// A place to search in: for one thread at a time.
struct pcre_search *pcre_search_create(const struct pcre_pattern *pattern);
void pcre_search_free(struct pcre_search *search);

/// The first match from `from` on, as bytes; returns 1, 0 when there is none, or -1 when the search was given up.
int pcre_search_next(struct pcre_search *search, const char *text, size_t length, size_t from, size_t *start, size_t *end);
#endif
