#include "CUTF8Proc.h"

#include <utf8proc.h>

uint8_t *utf8_normalize(const uint8_t *text, size_t length, enum utf8_form form, size_t *count) {
  utf8proc_option_t options = UTF8PROC_STABLE;
  options |= form == UTF8_NFC || form == UTF8_NFKC ? UTF8PROC_COMPOSE : UTF8PROC_DECOMPOSE;
  if (form == UTF8_NFKC || form == UTF8_NFKD) options |= UTF8PROC_COMPAT;
  // Without what is ignored, as soft hyphens: NFKC_Casefold of Unicode, section 3.13.
  if (form == UTF8_NFKC_CASEFOLD) options = UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE;
  utf8proc_uint8_t *made = NULL;
  utf8proc_ssize_t size = utf8proc_map(text, (utf8proc_ssize_t)length, &made, options);
  if (size < 0) return NULL;
  *count = (size_t)size;
  return made;
}

int utf8_is_nonspacing_mark(uint32_t scalar) {
  return utf8proc_category((utf8proc_int32_t)scalar) == UTF8PROC_CATEGORY_MN;
}

const char *utf8_version(void) { return utf8proc_version(); }
