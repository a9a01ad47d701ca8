#ifndef COPENED_H
#define COPENED_H
// For libraries that are opened on first use, since linking them would cost each start some 15 ms: a table of their
// functions, and what fills it once. Included by the C files of such targets only.
//
//   #define FUNCTIONS(X) X(zip_fopen) X(zip_fread)
//   OPENED_TABLE(FUNCTIONS)
//   OPENED_LIBRARY(FUNCTIONS, "", (void)0, "libzip.so.4", "libzip.so.5")
//   const char *czip_load(void) { return opened(); }     // why it cannot be used; NULL: it can
//   … api.zip_fread(…)
#include <dlfcn.h>
#include <pthread.h>
#include <stddef.h>
#include <stdio.h>

#define OPENED_FIELD(name) __typeof__(&name) name;

#define OPENED_TABLE(FUNCTIONS)      \
  static struct {                    \
    FUNCTIONS(OPENED_FIELD)          \
  } api;                             \
  static char opening_failure[300];

#define OPENED_RESOLVE(name)                                             \
  if (!(api.name = (__typeof__(&name))dlsym(library, #name))) {          \
    snprintf(opening_failure, sizeof opening_failure, "%s has no " #name "%s", file, hint); \
    return;                                                              \
  }

// HINT follows on the name of a function that is not there; PREPARE runs once when all are; the rest are the names of
// the library's file, the first one that is there counts.
#define OPENED_LIBRARY(FUNCTIONS, HINT, PREPARE, ...)                                    \
  static void opened_load(void) {                                                        \
    static const char *const files[] = {__VA_ARGS__};                                    \
    static const char *const hint = HINT;                                                \
    void *library = NULL;                                                                \
    const char *file = NULL;                                                             \
    for (size_t i = 0; i < sizeof files / sizeof *files && !library; i++)                \
      library = dlopen(file = files[i], RTLD_NOW | RTLD_LOCAL);                          \
    if (!library) {                                                                      \
      snprintf(opening_failure, sizeof opening_failure, "%s", dlerror());                \
      return;                                                                            \
    }                                                                                    \
    FUNCTIONS(OPENED_RESOLVE)                                                            \
    PREPARE;                                                                             \
  }                                                                                      \
  static const char *opened(void) {                                                      \
    static pthread_once_t once = PTHREAD_ONCE_INIT;                                      \
    pthread_once(&once, opened_load);                                                    \
    return opening_failure[0] ? opening_failure : NULL;                                  \
  }

#endif
