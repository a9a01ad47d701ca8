#ifndef CZIP_H
#define CZIP_H
// ZIP archives in memory, by libzip, opened on first use.
#include <stddef.h>

struct zip_reader;

/// Opens libzip; returns NULL, or why it cannot be used.
const char *czip_load(void);
/// `bytes` must stay until the reader is closed. Returns NULL when it is no ZIP archive.
struct zip_reader *czip_open(const void *bytes, size_t length);
void czip_close(struct zip_reader *reader);
size_t czip_count(struct zip_reader *reader);
/// The name of a member; belongs to the reader.
const char *czip_name(struct zip_reader *reader, size_t number);

enum czip_status { CZIP_OK = 0, CZIP_MISSING, CZIP_TOO_LARGE, CZIP_ENCRYPTED, CZIP_DAMAGED };
/// Reads a member of at most `limit` bytes, whose checksum must be right. Free what is returned.
unsigned char *czip_read(struct zip_reader *reader, const char *name, size_t limit, size_t *length, enum czip_status *status);
#endif
