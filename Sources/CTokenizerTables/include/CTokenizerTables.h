#ifndef CTOKENIZERTABLES_H
#define CTOKENIZERTABLES_H
// What BertNormalizer and BertPreTokenizer do with each Unicode scalar; all tables ascend. Swift sees no arrays
// of unknown length, hence the functions.
#include <stddef.h>
#include <stdint.h>

struct tokenizer_range {
  uint32_t first, last;
};
/// A scalar and what takes its place (nothing, when count is 0).
struct tokenizer_mapping {
  uint32_t scalar;
  uint32_t count;
  uint32_t target[4];
};

/// Removed by clean_text.
extern const struct tokenizer_range tokenizer_dropped[];
static inline const struct tokenizer_range *tokenizer_dropped_pointer(void) { return tokenizer_dropped; }
extern const size_t tokenizer_dropped_count;
/// Made a space by clean_text.
extern const struct tokenizer_range tokenizer_spaces[];
static inline const struct tokenizer_range *tokenizer_spaces_pointer(void) { return tokenizer_spaces; }
extern const size_t tokenizer_spaces_count;
/// Each a word of its own (handle_chinese_chars).
extern const struct tokenizer_range tokenizer_ideographs[];
static inline const struct tokenizer_range *tokenizer_ideographs_pointer(void) { return tokenizer_ideographs; }
extern const size_t tokenizer_ideographs_count;
/// Each a word of its own (BertPreTokenizer).
extern const struct tokenizer_range tokenizer_punctuation[];
static inline const struct tokenizer_range *tokenizer_punctuation_pointer(void) { return tokenizer_punctuation; }
extern const size_t tokenizer_punctuation_count;
/// strip_accents: the canonical decomposition without non-spacing marks. Hangul is not in it.
extern const struct tokenizer_mapping tokenizer_bare[];
static inline const struct tokenizer_mapping *tokenizer_bare_pointer(void) { return tokenizer_bare; }
extern const size_t tokenizer_bare_count;
/// lowercase.
extern const struct tokenizer_mapping tokenizer_lower[];
static inline const struct tokenizer_mapping *tokenizer_lower_pointer(void) { return tokenizer_lower; }
extern const size_t tokenizer_lower_count;
#endif
