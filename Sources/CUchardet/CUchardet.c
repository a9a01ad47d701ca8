#include "CUchardet.h"

#include <stdio.h>
#include <uchardet/uchardet.h>

void uchardet_guess(const char *bytes, size_t length, char *name, size_t size) {
  name[0] = 0;
  uchardet_t detector = uchardet_new();
  if (detector == NULL) return;
  if (uchardet_handle_data(detector, bytes, length) == 0) {
    uchardet_data_end(detector);
    snprintf(name, size, "%s", uchardet_get_charset(detector));
  }
  uchardet_delete(detector);
}
