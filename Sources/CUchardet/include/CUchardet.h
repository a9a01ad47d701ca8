#ifndef CUCHARDET_H
#define CUCHARDET_H
// Detection of encodings, by uchardet (Mozilla's detector).
#include <stddef.h>

/// Writes the name of the likeliest encoding, or nothing when none is likely.
void uchardet_guess(const char *bytes, size_t length, char *name, size_t size);
#endif
