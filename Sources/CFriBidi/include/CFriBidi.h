#ifndef CFRIBIDI_H
#define CFRIBIDI_H
// The Unicode bidirectional algorithm (UAX 9), by FriBidi.
#include <stdint.h>

/// Writes the embedding level of each of the `count` characters into `levels`; `right_to_left` is the direction of their
/// paragraph. Returns 0 when there is no memory for it.
int bidi_levels(const uint32_t *text, int count, int right_to_left, int8_t *levels);
/// The character whose picture is the mirror of this one's, as `)` of `(`; itself where there is none.
uint32_t bidi_mirror(uint32_t scalar);
/// Whether a character is a letter of a script that is written from the right.
int bidi_is_right_to_left(uint32_t scalar);
/// Whether it is a letter of one that is written from the left.
int bidi_is_left_to_right(uint32_t scalar);
#endif
