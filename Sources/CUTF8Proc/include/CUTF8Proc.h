#ifndef CUTF8PROC_H
#define CUTF8PROC_H
// Unicode normalization forms, by utf8proc.
#include <stddef.h>
#include <stdint.h>

enum utf8_form { UTF8_NFC, UTF8_NFD, UTF8_NFKC, UTF8_NFKD, UTF8_NFKC_CASEFOLD };

/// A new text in the form, of `*count` bytes, to be freed; NULL when `text` is no UTF-8.
uint8_t *utf8_normalize(const uint8_t *text, size_t length, enum utf8_form form, size_t *count);
/// The library's version.
const char *utf8_version(void);
/// What accents are: Mn.
int utf8_is_nonspacing_mark(uint32_t scalar);
#endif
