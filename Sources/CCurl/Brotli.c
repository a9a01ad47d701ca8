#include "CCurl.h"

#include <brotli/decode.h>
#include <dlfcn.h>
#include <pthread.h>

#define FUNCTIONS(X) \
  X(BrotliDecoderCreateInstance) X(BrotliDecoderDestroyInstance) X(BrotliDecoderDecompressStream)

static struct {
#define FIELD(name) __typeof__(&name) name;
  FUNCTIONS(FIELD)
} api;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static int found;

static void load(void) {
  // The decoder that libcurl itself uses: where it has none, no server is asked for Brotli.
  void *library = dlopen("libbrotlidec.so.1", RTLD_NOW | RTLD_LOCAL | RTLD_NOLOAD);
  if (!library) return;
#define RESOLVE(name) \
  if (!(api.name = (__typeof__(&name))dlsym(library, #name))) return;
  FUNCTIONS(RESOLVE)
  found = 1;
}

void *ccurl_brotli_begin(void) {
  pthread_once(&once, load);
  return found ? api.BrotliDecoderCreateInstance(NULL, NULL, NULL) : NULL;
}

int ccurl_brotli_unpack(void *state, const unsigned char **bytes, size_t *count, unsigned char *out, size_t *room) {
  switch (api.BrotliDecoderDecompressStream(state, count, bytes, room, &out, NULL)) {
    case BROTLI_DECODER_RESULT_SUCCESS: return CCURL_ENDED;
    case BROTLI_DECODER_RESULT_NEEDS_MORE_INPUT: return CCURL_HUNGRY;
    case BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT: return CCURL_FULL;
    default: return CCURL_BROKEN;
  }
}

void ccurl_brotli_end(void *state) { api.BrotliDecoderDestroyInstance(state); }
