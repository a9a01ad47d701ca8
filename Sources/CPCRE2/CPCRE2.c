#define PCRE2_CODE_UNIT_WIDTH 8
#include "CPCRE2.h"

#include <pcre2.h>
#include <stdio.h>
#include <stdlib.h>

struct pcre_pattern {
  pcre2_code *code;
  bool is_compiled;
};

void pcre_version(char *text, size_t size) {
  char version[64] = "", unicode[64] = "";
  pcre2_config(PCRE2_CONFIG_VERSION, version);
  pcre2_config(PCRE2_CONFIG_UNICODE_VERSION, unicode);
  snprintf(text, size, "pcre2 %s, Unicode %s", version, unicode);
}

struct pcre_search {
  const struct pcre_pattern *pattern;
  pcre2_match_data *data;
  pcre2_match_context *context;
  pcre2_jit_stack *stack;
};

struct pcre_pattern *pcre_pattern_create(const char *text, size_t length, char *error, size_t size) {
  int code = 0;
  PCRE2_SIZE offset = 0;
  pcre2_code *compiled =
      pcre2_compile((PCRE2_SPTR)text, length, PCRE2_UTF | PCRE2_UCP | PCRE2_NO_UTF_CHECK, &code, &offset, NULL);
  if (compiled == NULL) {
    pcre2_get_error_message(code, (PCRE2_UCHAR *)error, size);
    return NULL;
  }
  struct pcre_pattern *pattern = malloc(sizeof *pattern);
  if (pattern == NULL) abort();
  pattern->code = compiled;
  pattern->is_compiled = pcre2_jit_compile(compiled, PCRE2_JIT_COMPLETE) == 0;
  return pattern;
}

void pcre_pattern_free(struct pcre_pattern *pattern) {
  pcre2_code_free(pattern->code);
  free(pattern);
}

struct pcre_search *pcre_search_create(const struct pcre_pattern *pattern) {
  struct pcre_search *search = malloc(sizeof *search);
  if (search == NULL) abort();
  search->pattern = pattern;
  search->data = pcre2_match_data_create(1, NULL);
  search->context = pcre2_match_context_create(NULL);
  search->stack = pcre2_jit_stack_create(64 * 1024, 16 * 1024 * 1024, NULL);
  if (search->data == NULL || search->context == NULL) abort();
  pcre2_jit_stack_assign(search->context, NULL, search->stack);
  return search;
}

void pcre_search_free(struct pcre_search *search) {
  pcre2_match_data_free(search->data);
  pcre2_match_context_free(search->context);
  if (search->stack != NULL) pcre2_jit_stack_free(search->stack);
  free(search);
}

int pcre_search_next(struct pcre_search *search, const char *text, size_t length, size_t from, size_t *start,
                     size_t *end) {
  int found;
  if (search->pattern->is_compiled) {
    found = pcre2_jit_match(search->pattern->code, (PCRE2_SPTR)text, length, from, 0, search->data, search->context);
  } else {
    found = pcre2_match(search->pattern->code, (PCRE2_SPTR)text, length, from, PCRE2_NO_UTF_CHECK, search->data,
                        search->context);
  }
  if (found == PCRE2_ERROR_NOMATCH) return 0;
  if (found < 0) return -1;
  PCRE2_SIZE *ends = pcre2_get_ovector_pointer(search->data);
  *start = ends[0];
  *end = ends[1];
  return 1;
}
