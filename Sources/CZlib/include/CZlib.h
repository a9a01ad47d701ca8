#ifndef CZLIB_H
#define CZLIB_H
#include <stddef.h>

enum { CZLIB_WHOLE, CZLIB_DAMAGED, CZLIB_TOO_LARGE };
/// Unpacks a gzip file into `out`; returns the bytes written and says in `status` whether that is all of it.
size_t czlib_gunzip(const unsigned char *bytes, size_t length, unsigned char *out, size_t capacity, int *status);

/// What a stream is packed as: by RFC 1952, RFC 1950, or RFC 1951 alone.
enum { CZLIB_GZIP, CZLIB_ZLIB, CZLIB_RAW };
enum { CZLIB_HUNGRY, CZLIB_FULL, CZLIB_ENDED, CZLIB_BROKEN };
/// Begins to unpack a stream; NULL when there is no memory.
void *czlib_begin(int format);
/// Goes on from `*bytes`: the bytes taken are taken off, those written are taken off `*room`. Says whether it wants more
/// bytes, more room, came to the end of the stream, or cannot go on.
int czlib_unpack(void *state, const unsigned char **bytes, size_t *count, unsigned char *out, size_t *room);
/// Begins anew, with the next member.
void czlib_again(void *state);
void czlib_finish(void *state);
#endif
