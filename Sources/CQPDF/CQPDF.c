#include "CQPDF.h"
#include "COpened.h"

#include <qpdf/qpdf-c.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FUNCTIONS(X) \
  X(qpdf_init) X(qpdf_cleanup) X(qpdf_silence_errors) X(qpdf_set_suppress_warnings) X(qpdf_read_memory) \
  X(qpdf_get_num_pages) X(qpdf_get_page_n) X(qpdf_get_root) X(qpdf_oh_release_all) X(qpdf_oh_get_key) \
  X(qpdf_oh_get_dict) X(qpdf_oh_is_null) X(qpdf_oh_is_stream) X(qpdf_oh_is_dictionary) X(qpdf_oh_is_array) \
  X(qpdf_oh_get_array_n_items) X(qpdf_oh_get_array_item) X(qpdf_oh_get_value_as_number) \
  X(qpdf_oh_is_name_and_equals) X(qpdf_oh_is_string) X(qpdf_oh_get_utf8_value) X(qpdf_oh_get_stream_data) \
  X(qpdf_oh_new_null) X(qpdf_get_error) X(qpdf_get_error_code) X(qpdf_is_encrypted)

OPENED_TABLE(FUNCTIONS)

OPENED_LIBRARY(FUNCTIONS, "", (void)0, "libqpdf.so.29")

const char *cqpdf_load(void) { return opened(); }

struct cqpdf_document {
  qpdf_data data;
};

cqpdf_document *cqpdf_open(const void *bytes, size_t length, const char *password, int *wrong_password) {
  *wrong_password = 0;
  cqpdf_document *document = malloc(sizeof *document);
  if (!document) abort();
  document->data = api.qpdf_init();
  api.qpdf_silence_errors(document->data);
  api.qpdf_set_suppress_warnings(document->data, QPDF_TRUE);
  QPDF_ERROR_CODE code = api.qpdf_read_memory(document->data, "", bytes, length, password);
  if (code & QPDF_ERRORS) {
    qpdf_error error = api.qpdf_get_error(document->data);
    *wrong_password = error && api.qpdf_get_error_code(document->data, error) == qpdf_e_password;
    cqpdf_close(document);
    return NULL;
  }
  return document;
}

void cqpdf_close(cqpdf_document *document) {
  api.qpdf_cleanup(&document->data);
  free(document);
}

int cqpdf_is_encrypted(cqpdf_document *document) { return api.qpdf_is_encrypted(document->data); }

void cqpdf_release(cqpdf_document *document) { api.qpdf_oh_release_all(document->data); }

int cqpdf_page_count(cqpdf_document *document) { return api.qpdf_get_num_pages(document->data); }

cqpdf_object cqpdf_page(cqpdf_document *document, int index) {
  if (index < 0 || index >= api.qpdf_get_num_pages(document->data)) return api.qpdf_oh_new_null(document->data);
  return api.qpdf_get_page_n(document->data, index);
}

cqpdf_object cqpdf_root(cqpdf_document *document) { return api.qpdf_get_root(document->data); }

cqpdf_object cqpdf_key(cqpdf_document *document, cqpdf_object object, const char *key) {
  if (api.qpdf_oh_is_stream(document->data, object)) object = api.qpdf_oh_get_dict(document->data, object);
  if (!api.qpdf_oh_is_dictionary(document->data, object)) return api.qpdf_oh_new_null(document->data);
  return api.qpdf_oh_get_key(document->data, object, key);
}

int cqpdf_is_null(cqpdf_document *document, cqpdf_object object) { return api.qpdf_oh_is_null(document->data, object); }

int cqpdf_is_stream(cqpdf_document *document, cqpdf_object object) {
  return api.qpdf_oh_is_stream(document->data, object);
}

int cqpdf_count(cqpdf_document *document, cqpdf_object array) {
  return api.qpdf_oh_is_array(document->data, array) ? api.qpdf_oh_get_array_n_items(document->data, array) : 0;
}

cqpdf_object cqpdf_item(cqpdf_document *document, cqpdf_object array, int index) {
  return api.qpdf_oh_get_array_item(document->data, array, index);
}

int cqpdf_number(cqpdf_document *document, cqpdf_object object, double *value) {
  return api.qpdf_oh_get_value_as_number(document->data, object, value);
}

int cqpdf_is_name(cqpdf_document *document, cqpdf_object object, const char *name) {
  return api.qpdf_oh_is_name_and_equals(document->data, object, name);
}

char *cqpdf_text(cqpdf_document *document, cqpdf_object object) {
  if (!api.qpdf_oh_is_string(document->data, object)) return NULL;
  const char *text = api.qpdf_oh_get_utf8_value(document->data, object);
  return text ? strdup(text) : NULL;
}

unsigned char *cqpdf_data(cqpdf_document *document, cqpdf_object stream, size_t *length) {
  unsigned char *bytes = NULL;
  *length = 0;
  if (!api.qpdf_oh_is_stream(document->data, stream)) return NULL;
  QPDF_ERROR_CODE code =
      api.qpdf_oh_get_stream_data(document->data, stream, qpdf_dl_generalized, NULL, &bytes, length);
  if (code & QPDF_ERRORS) {
    free(bytes);
    *length = 0;
    return NULL;
  }
  return bytes;
}
