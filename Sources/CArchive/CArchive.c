#include "CArchive.h"

#include <COpened.h>
#include <archive.h>
#include <archive_entry.h>
#include <stdlib.h>
#include <string.h>

#define FUNCTIONS(X)                                                                                                 \
  X(archive_write_new) X(archive_write_set_format_pax_restricted) X(archive_write_add_filter_zstd)                   \
  X(archive_write_add_filter_none) X(archive_write_set_bytes_in_last_block) X(archive_write_open_fd)                 \
  X(archive_write_header) X(archive_write_data) X(archive_write_close) X(archive_write_free) X(archive_error_string) \
  X(archive_entry_new) X(archive_entry_clear) X(archive_entry_free) X(archive_entry_set_pathname)                    \
  X(archive_entry_set_size) X(archive_entry_set_filetype) X(archive_entry_set_perm) X(archive_entry_set_mtime)       \
  X(archive_entry_set_symlink) X(archive_read_new) X(archive_read_support_format_tar)                                \
  X(archive_read_support_filter_all) X(archive_read_open_fd) X(archive_read_next_header) X(archive_read_data)        \
  X(archive_read_free) X(archive_entry_pathname) X(archive_entry_size) X(archive_entry_filetype)                     \
  X(archive_entry_perm) X(archive_entry_mtime) X(archive_entry_mtime_nsec)

OPENED_TABLE(FUNCTIONS)
OPENED_LIBRARY(FUNCTIONS, "", (void)0, "libarchive.so.13")

const char *carchive_load(void) { return opened(); }

struct carchive_writer {
  struct archive *archive;
  struct archive_entry *entry;
};

struct carchive_writer *carchive_create(int file, int zstd) {
  struct carchive_writer *writer = calloc(1, sizeof *writer);
  if (!writer) return NULL;
  writer->archive = api.archive_write_new();
  writer->entry = api.archive_entry_new();
  if (writer->archive && writer->entry && api.archive_write_set_format_pax_restricted(writer->archive) == ARCHIVE_OK &&
      (zstd ? api.archive_write_add_filter_zstd(writer->archive) : api.archive_write_add_filter_none(writer->archive)) ==
          ARCHIVE_OK &&
      api.archive_write_set_bytes_in_last_block(writer->archive, 1) == ARCHIVE_OK &&
      api.archive_write_open_fd(writer->archive, file) == ARCHIVE_OK)
    return writer;
  carchive_writer_free(writer);
  return NULL;
}

static struct archive_entry *entry(struct carchive_writer *writer, const char *path) {
  api.archive_entry_clear(writer->entry);
  api.archive_entry_set_pathname(writer->entry, path);
  return writer->entry;
}

int carchive_begin(struct carchive_writer *writer, const char *path, int64_t size, unsigned mode, int64_t modified_ns) {
  struct archive_entry *made = entry(writer, path);
  api.archive_entry_set_filetype(made, AE_IFREG);
  api.archive_entry_set_perm(made, mode);
  api.archive_entry_set_size(made, size);
  api.archive_entry_set_mtime(made, modified_ns / 1000000000, (long)(modified_ns % 1000000000));
  return api.archive_write_header(writer->archive, made) == ARCHIVE_OK ? 0 : -1;
}

int carchive_write(struct carchive_writer *writer, const void *bytes, size_t count) {
  return api.archive_write_data(writer->archive, bytes, count) == (la_ssize_t)count ? 0 : -1;
}

int carchive_link(struct carchive_writer *writer, const char *path, const char *target) {
  struct archive_entry *made = entry(writer, path);
  api.archive_entry_set_filetype(made, AE_IFLNK);
  api.archive_entry_set_perm(made, 0777);
  api.archive_entry_set_symlink(made, target);
  return api.archive_write_header(writer->archive, made) == ARCHIVE_OK ? 0 : -1;
}

int carchive_finish(struct carchive_writer *writer) {
  return api.archive_write_close(writer->archive) == ARCHIVE_OK ? 0 : -1;
}

void carchive_writer_free(struct carchive_writer *writer) {
  if (!writer) return;
  if (writer->entry) api.archive_entry_free(writer->entry);
  if (writer->archive) api.archive_write_free(writer->archive);
  free(writer);
}

const char *carchive_writer_error(struct carchive_writer *writer) {
  const char *error = api.archive_error_string(writer->archive);
  return error ? error : "unknown error";
}

struct carchive_reader {
  struct archive *archive;
  struct archive_entry *entry;
};

struct carchive_reader *carchive_open(int file, char **error) {
  *error = NULL;
  struct carchive_reader *reader = calloc(1, sizeof *reader);
  if (!reader) return NULL;
  reader->archive = api.archive_read_new();
  if (reader->archive && api.archive_read_support_format_tar(reader->archive) == ARCHIVE_OK) {
    // A filter that needs a program of its own is a warning, not an error.
    api.archive_read_support_filter_all(reader->archive);
    if (api.archive_read_open_fd(reader->archive, file, 1 << 18) == ARCHIVE_OK) return reader;
    *error = strdup(carchive_reader_error(reader));
  }
  carchive_reader_free(reader);
  return NULL;
}

int carchive_next(struct carchive_reader *reader) {
  int code = api.archive_read_next_header(reader->archive, &reader->entry);
  return code == ARCHIVE_EOF ? 0 : code == ARCHIVE_OK || code == ARCHIVE_WARN ? 1 : -1;
}

const char *carchive_path(struct carchive_reader *reader) {
  const char *path = api.archive_entry_pathname(reader->entry);
  return path ? path : "";
}

int64_t carchive_size(struct carchive_reader *reader) { return api.archive_entry_size(reader->entry); }
int carchive_is_file(struct carchive_reader *reader) { return api.archive_entry_filetype(reader->entry) == AE_IFREG; }
unsigned carchive_mode(struct carchive_reader *reader) { return api.archive_entry_perm(reader->entry); }

int64_t carchive_modified_ns(struct carchive_reader *reader) {
  return (int64_t)api.archive_entry_mtime(reader->entry) * 1000000000 + api.archive_entry_mtime_nsec(reader->entry);
}

int64_t carchive_read(struct carchive_reader *reader, void *buffer, size_t count) {
  la_ssize_t got = api.archive_read_data(reader->archive, buffer, count);
  return got < 0 ? -1 : got;
}

void carchive_reader_free(struct carchive_reader *reader) {
  if (!reader) return;
  if (reader->archive) api.archive_read_free(reader->archive);
  free(reader);
}

const char *carchive_reader_error(struct carchive_reader *reader) {
  const char *error = api.archive_error_string(reader->archive);
  return error ? error : "unknown error";
}
