#include "CZlib.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

size_t czlib_gunzip(const unsigned char *bytes, size_t length, unsigned char *out, size_t capacity, int *status) {
  z_stream stream;
  memset(&stream, 0, sizeof stream);
  *status = CZLIB_DAMAGED;
  if (inflateInit2(&stream, 15 + 16) != Z_OK) return 0;
  stream.next_in = (unsigned char *)bytes;
  stream.avail_in = (unsigned)length;
  size_t written = 0;
  while (written < capacity) {
    stream.next_out = out + written;
    stream.avail_out = capacity - written > 1u << 30 ? 1u << 30 : (unsigned)(capacity - written);
    unsigned before = stream.avail_out;
    int result = inflate(&stream, Z_NO_FLUSH);
    written += before - stream.avail_out;
    if (result == Z_STREAM_END) {
      // Members one after another are one file (RFC 1952, 2.2); other bytes behind them are padding.
      int has_more = stream.avail_in > 2 && stream.next_in[0] == 0x1f && stream.next_in[1] == 0x8b && stream.next_in[2] == 8;
      if (has_more && inflateReset(&stream) == Z_OK) continue;
      *status = CZLIB_WHOLE;
      break;
    }
    if (result != Z_OK) break;
    if (written == capacity) *status = CZLIB_TOO_LARGE;
  }
  inflateEnd(&stream);
  return written;
}

void *czlib_begin(int format) {
  z_stream *stream = calloc(1, sizeof *stream);
  if (!stream) return NULL;
  if (inflateInit2(stream, format == CZLIB_GZIP ? 15 + 16 : format == CZLIB_ZLIB ? 15 : -15) == Z_OK) return stream;
  free(stream);
  return NULL;
}

int czlib_unpack(void *state, const unsigned char **bytes, size_t *count, unsigned char *out, size_t *room) {
  z_stream *stream = state;
  unsigned given = *count > 1u << 30 ? 1u << 30 : (unsigned)*count;
  unsigned space = *room > 1u << 30 ? 1u << 30 : (unsigned)*room;
  stream->next_in = (unsigned char *)*bytes;
  stream->avail_in = given;
  stream->next_out = out;
  stream->avail_out = space;
  int result = inflate(stream, Z_NO_FLUSH);
  *bytes += given - stream->avail_in;
  *count -= given - stream->avail_in;
  *room -= space - stream->avail_out;
  if (result == Z_STREAM_END) return CZLIB_ENDED;
  if (result != Z_OK && result != Z_BUF_ERROR) return CZLIB_BROKEN;
  return stream->avail_out == 0 ? CZLIB_FULL : CZLIB_HUNGRY;
}

void czlib_again(void *state) { inflateReset(state); }

void czlib_finish(void *state) {
  inflateEnd(state);
  free(state);
}
