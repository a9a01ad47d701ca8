#include "CFriBidi.h"

#include <fribidi.h>
#include <stdlib.h>

int bidi_levels(const uint32_t *text, int count, int right_to_left, int8_t *levels) {
  if (count <= 0) return count == 0;
  FriBidiCharType *types = calloc((size_t)count, sizeof *types);
  FriBidiBracketType *brackets = calloc((size_t)count, sizeof *brackets);
  int made = 0;
  if (types && brackets) {
    FriBidiParType direction = right_to_left ? FRIBIDI_PAR_RTL : FRIBIDI_PAR_LTR;
    fribidi_get_bidi_types(text, count, types);
    fribidi_get_bracket_types(text, count, types, brackets);
    made = fribidi_get_par_embedding_levels_ex(types, brackets, count, &direction, (FriBidiLevel *)levels) != 0;
  }
  free(types);
  free(brackets);
  return made;
}

uint32_t bidi_mirror(uint32_t scalar) {
  FriBidiChar mirrored;
  return fribidi_get_mirror_char(scalar, &mirrored) ? mirrored : scalar;
}

int bidi_is_right_to_left(uint32_t scalar) {
  FriBidiCharType type = fribidi_get_bidi_type(scalar);
  return type == FRIBIDI_TYPE_RTL || type == FRIBIDI_TYPE_AL;
}

int bidi_is_left_to_right(uint32_t scalar) { return fribidi_get_bidi_type(scalar) == FRIBIDI_TYPE_LTR; }
