#ifndef CZLIB_H
#define CZLIB_H
#include <stddef.h>

enum { CZLIB_WHOLE, CZLIB_DAMAGED, CZLIB_TOO_LARGE };
/// Unpacks a gzip file into `out`; returns the bytes written and says in `status` whether that is all of it.
size_t czlib_gunzip(const unsigned char *bytes, size_t length, unsigned char *out, size_t capacity, int *status);
#endif
