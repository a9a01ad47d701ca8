#include "CZip.h"
#include "COpened.h"

#include <stdio.h>
#include <stdlib.h>
#include <zip.h>

#define FUNCTIONS(X) \
  X(zip_source_buffer_create) X(zip_source_free) X(zip_open_from_source) X(zip_discard) X(zip_get_num_entries) \
  X(zip_get_name) X(zip_name_locate) X(zip_stat_index) X(zip_fopen_index) X(zip_fread) X(zip_fclose)

OPENED_TABLE(FUNCTIONS)

OPENED_LIBRARY(FUNCTIONS, "", (void)0, "libzip.so.4", "libzip.so.5")

const char *czip_load(void) { return opened(); }

struct zip_reader {
  zip_t *archive;
};

struct zip_reader *czip_open(const void *bytes, size_t length) {
  zip_error_t error;
  zip_source_t *source = api.zip_source_buffer_create(bytes, length, 0, &error);
  if (source == NULL) return NULL;
  zip_t *archive = api.zip_open_from_source(source, ZIP_RDONLY, &error);
  if (archive == NULL) {
    api.zip_source_free(source);
    return NULL;
  }
  struct zip_reader *reader = malloc(sizeof *reader);
  if (reader == NULL) abort();
  reader->archive = archive;
  return reader;
}

void czip_close(struct zip_reader *reader) {
  api.zip_discard(reader->archive);
  free(reader);
}

size_t czip_count(struct zip_reader *reader) {
  zip_int64_t count = api.zip_get_num_entries(reader->archive, 0);
  return count < 0 ? 0 : (size_t)count;
}

const char *czip_name(struct zip_reader *reader, size_t number) {
  const char *name = api.zip_get_name(reader->archive, number, 0);
  return name ? name : "";
}

unsigned char *czip_read(struct zip_reader *reader, const char *name, size_t limit, size_t *length,
                         enum czip_status *status) {
  *length = 0;
  *status = CZIP_MISSING;
  zip_int64_t number = api.zip_name_locate(reader->archive, name, 0);
  if (number < 0) return NULL;
  zip_stat_t about;
  *status = CZIP_DAMAGED;
  if (api.zip_stat_index(reader->archive, (zip_uint64_t)number, 0, &about) != 0) return NULL;
  if ((about.valid & ZIP_STAT_ENCRYPTION_METHOD) && about.encryption_method != ZIP_EM_NONE) {
    *status = CZIP_ENCRYPTED;
    return NULL;
  }
  zip_file_t *file = api.zip_fopen_index(reader->archive, (zip_uint64_t)number, 0);
  if (file == NULL) return NULL;
  // What the archive says of a size is a claim: memory grows with what really comes.
  size_t capacity = 1 << 16, count = 0;
  unsigned char *bytes = malloc(capacity);
  while (bytes != NULL) {
    zip_int64_t got = api.zip_fread(file, bytes + count, capacity - count);
    if (got < 0) break;
    if (got == 0) {
      *status = api.zip_fclose(file) == 0 ? CZIP_OK : CZIP_DAMAGED;
      if (*status == CZIP_OK) {
        *length = count;
        return bytes;
      }
      free(bytes);
      return NULL;
    }
    count += (size_t)got;
    if (count > limit) {
      *status = CZIP_TOO_LARGE;
      break;
    }
    if (count == capacity) {
      unsigned char *grown = realloc(bytes, capacity *= 2);
      if (grown == NULL) break;
      bytes = grown;
    }
  }
  free(bytes);
  api.zip_fclose(file);
  return NULL;
}
