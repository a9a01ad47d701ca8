#ifndef CARCHIVE_H
#define CARCHIVE_H
// tar archives (pax), by libarchive, opened on first use.
#include <stddef.h>
#include <stdint.h>

struct carchive_writer;
struct carchive_reader;

/// Opens libarchive; returns NULL, or why it cannot be used.
const char *carchive_load(void);

/// Writes to an open file; `zstd` compresses. NULL: there is no memory for it.
struct carchive_writer *carchive_create(int file, int zstd);
/// Begins a file of just `size` bytes. Zero: well.
int carchive_begin(struct carchive_writer *writer, const char *path, int64_t size, unsigned mode, int64_t modified_ns);
int carchive_write(struct carchive_writer *writer, const void *bytes, size_t count);
int carchive_link(struct carchive_writer *writer, const char *path, const char *target);
/// Writes the end; the writer must still be let go of.
int carchive_finish(struct carchive_writer *writer);
void carchive_writer_free(struct carchive_writer *writer);
/// What went wrong last.
const char *carchive_writer_error(struct carchive_writer *writer);

/// Reads from an open file, compressed or not. NULL: there is no memory for it, or it is no archive (then `*error` says
/// why; free it).
struct carchive_reader *carchive_open(int file, char **error);
/// Goes to the next entry: 1 there is one, 0 the end, -1 an error.
int carchive_next(struct carchive_reader *reader);
/// Of the entry: it stays until the next one.
const char *carchive_path(struct carchive_reader *reader);
int64_t carchive_size(struct carchive_reader *reader);
int carchive_is_file(struct carchive_reader *reader);
unsigned carchive_mode(struct carchive_reader *reader);
int64_t carchive_modified_ns(struct carchive_reader *reader);
/// Bytes of the entry: how many, 0 at its end, -1 an error.
int64_t carchive_read(struct carchive_reader *reader, void *buffer, size_t count);
void carchive_reader_free(struct carchive_reader *reader);
const char *carchive_reader_error(struct carchive_reader *reader);
#endif
