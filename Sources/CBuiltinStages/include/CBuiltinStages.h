#ifndef CBUILTINSTAGES_H
#define CBUILTINSTAGES_H
#include <stddef.h>
/// A file of stages/ that is part of the program: its name there, and its bytes.
struct builtin_stage_file {
  const char *name;
  const unsigned char *bytes;
  size_t length;
};
/// All of them, in the order of their names.
const struct builtin_stage_file *builtin_stage_files(size_t *count);
#endif
