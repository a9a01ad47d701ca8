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
  X(qpdf_oh_new_null) X(qpdf_get_error) X(qpdf_get_error_code) X(qpdf_is_encrypted) \
  X(qpdf_oh_get_value_as_name) X(qpdf_oh_begin_dict_key_iter) X(qpdf_oh_dict_more_keys) X(qpdf_oh_dict_next_key) \
  X(qpdf_oh_new_stream) X(qpdf_oh_replace_stream_data) X(qpdf_oh_new_array) \
  X(qpdf_oh_new_dictionary) X(qpdf_oh_new_name) X(qpdf_oh_append_item) X(qpdf_oh_replace_key) X(qpdf_oh_parse) X(qpdf_push_inherited_attributes_to_page) \
  X(qpdf_init_write_memory) X(qpdf_set_preserve_encryption) X(qpdf_set_stream_data_mode) X(qpdf_set_static_ID) \
  X(qpdf_write) X(qpdf_get_buffer_length) X(qpdf_get_buffer)

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

char *cqpdf_keys(cqpdf_document *document, cqpdf_object dictionary) {
  if (!api.qpdf_oh_is_dictionary(document->data, dictionary)) return NULL;
  size_t used = 0, room = 256;
  char *keys = malloc(room);
  if (!keys) abort();
  keys[0] = 0;
  api.qpdf_oh_begin_dict_key_iter(document->data, dictionary);
  while (api.qpdf_oh_dict_more_keys(document->data)) {
    const char *key = api.qpdf_oh_dict_next_key(document->data);
    size_t length = strlen(key);
    if (used + length + 2 > room && !(keys = realloc(keys, room = (used + length + 2) * 2))) abort();
    memcpy(keys + used, key, length);
    used += length;
    keys[used++] = '\n';
    keys[used] = 0;
  }
  return keys;
}

char *cqpdf_name(cqpdf_document *document, cqpdf_object object) {
  const char *name = NULL;
  size_t length = 0;
  return api.qpdf_oh_get_value_as_name(document->data, object, &name, &length) && name ? strdup(name) : NULL;
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

// What is drawn over the pages

/// The appearance of an annotation that may say something; the null object for all others: links, notes that pop up, hidden
/// ones.
static qpdf_oh appearance(cqpdf_document *document, qpdf_oh annotation) {
  qpdf_data data = document->data;
  static const char *const kinds[] = {"/Widget", "/FreeText", "/Stamp"};
  qpdf_oh none = api.qpdf_oh_new_null(data), kind = cqpdf_key(document, annotation, "/Subtype");
  int is_wanted = 0;
  for (unsigned i = 0; i < sizeof kinds / sizeof *kinds; i++) is_wanted |= cqpdf_is_name(document, kind, kinds[i]);
  if (!is_wanted) return none;
  double flags = 0;
  cqpdf_number(document, cqpdf_key(document, annotation, "/F"), &flags);
  // Hidden, or not to be seen (ISO 32000-2, 12.5.3).
  if (flags >= 0 && flags < 4096 && ((int)flags & (2 | 32))) return none;
  qpdf_oh shown = cqpdf_key(document, cqpdf_key(document, annotation, "/AP"), "/N");
  if (api.qpdf_oh_is_stream(data, shown)) return shown;
  const char *state = NULL;
  size_t length = 0;
  if (!api.qpdf_oh_is_dictionary(data, shown)) return none;
  if (!api.qpdf_oh_get_value_as_name(data, cqpdf_key(document, annotation, "/AS"), &state, &length)) return none;
  char name[128];
  snprintf(name, sizeof name, "%s", state);
  shown = cqpdf_key(document, shown, name);
  return api.qpdf_oh_is_stream(data, shown) ? shown : none;
}

static int numbers(cqpdf_document *document, qpdf_oh array, double *into, int count) {
  if (cqpdf_count(document, array) != count) return 0;
  for (int i = 0; i < count; i++)
    if (!cqpdf_number(document, cqpdf_item(document, array, i), into + i)) return 0;
  return 1;
}

/// The operators that draw an appearance where its annotation lies (12.5.5); returns 0 when it has no size.
static int placed(cqpdf_document *document, qpdf_oh annotation, qpdf_oh form, const char *name, char *out, size_t room) {
  double r[4], b[4], m[6] = {1, 0, 0, 1, 0, 0};
  if (!numbers(document, cqpdf_key(document, annotation, "/Rect"), r, 4)) return 0;
  if (!numbers(document, cqpdf_key(document, form, "/BBox"), b, 4)) return 0;
  double own[6];
  if (numbers(document, cqpdf_key(document, form, "/Matrix"), own, 6)) memcpy(m, own, sizeof m);
  double left = 1e9, bottom = 1e9, right = -1e9, top = -1e9;
  for (int i = 0; i < 4; i++) {
    double x = b[i & 1 ? 2 : 0], y = b[i & 2 ? 3 : 1], tx = m[0] * x + m[2] * y + m[4], ty = m[1] * x + m[3] * y + m[5];
    if (tx < left) left = tx;
    if (tx > right) right = tx;
    if (ty < bottom) bottom = ty;
    if (ty > top) top = ty;
  }
  if (!(right - left > 1e-3) || !(top - bottom > 1e-3)) return 0;
  double x0 = r[0] < r[2] ? r[0] : r[2], x1 = r[0] < r[2] ? r[2] : r[0], y0 = r[1] < r[3] ? r[1] : r[3], y1 = r[1] < r[3] ? r[3] : r[1];
  double sx = (x1 - x0) / (right - left), sy = (y1 - y0) / (top - bottom);
  if (!(sx > 0 && sx < 1e4 && sy > 0 && sy < 1e4)) return 0;
  snprintf(out, room, "q %.5f 0 0 %.5f %.4f %.4f cm %s Do Q\n", sx, sy, x0 - sx * left, y0 - sy * bottom, name);
  return 1;
}

static qpdf_oh stream_of(cqpdf_document *document, const char *text) {
  qpdf_oh stream = api.qpdf_oh_new_stream(document->data), none = api.qpdf_oh_new_null(document->data);
  api.qpdf_oh_replace_stream_data(document->data, stream, (const unsigned char *)text, strlen(text), none, none);
  return stream;
}

/// Draws the appearances of a page's annotations in its content. Returns how many.
static int draw_annotations(cqpdf_document *document, int index) {
  qpdf_data data = document->data;
  qpdf_oh page = cqpdf_page(document, index), list = cqpdf_key(document, page, "/Annots");
  int count = cqpdf_count(document, list), drawn = 0;
  if (count > 5000) count = 5000;
  qpdf_oh forms = 0, parts = 0;
  for (int i = 0; i < count; i++) {
    qpdf_oh annotation = cqpdf_item(document, list, i), form = appearance(document, annotation);
    char name[40], operators[400];
    snprintf(name, sizeof name, "/" CQPDF_ANNOTATION "%d_%d", index, i);
    if (!api.qpdf_oh_is_stream(data, form) || !placed(document, annotation, form, name, operators, sizeof operators)) continue;
    if (!drawn++) {
      qpdf_oh resources = cqpdf_key(document, page, "/Resources");
      if (!api.qpdf_oh_is_dictionary(data, resources)) {
        resources = api.qpdf_oh_new_dictionary(data);
        api.qpdf_oh_replace_key(data, page, "/Resources", resources);
      }
      forms = cqpdf_key(document, resources, "/XObject");
      if (!api.qpdf_oh_is_dictionary(data, forms)) {
        forms = api.qpdf_oh_new_dictionary(data);
        api.qpdf_oh_replace_key(data, resources, "/XObject", forms);
      }
      qpdf_oh contents = cqpdf_key(document, page, "/Contents");
      parts = api.qpdf_oh_new_array(data);
      api.qpdf_oh_append_item(data, parts, stream_of(document, "q\n"));
      if (api.qpdf_oh_is_stream(data, contents)) api.qpdf_oh_append_item(data, parts, contents);
      for (int part = 0, all = cqpdf_count(document, contents); part < all && part < 10000; part++)
        api.qpdf_oh_append_item(data, parts, cqpdf_item(document, contents, part));
      api.qpdf_oh_append_item(data, parts, stream_of(document, "\nQ\n"));
    }
    qpdf_oh dictionary = api.qpdf_oh_get_dict(data, form);
    // Without these a form is not drawn; in appearances they are often left out.
    api.qpdf_oh_replace_key(data, dictionary, "/Subtype", api.qpdf_oh_new_name(data, "/Form"));
    api.qpdf_oh_replace_key(data, forms, name, form);
    api.qpdf_oh_append_item(data, parts, stream_of(document, operators));
  }
  if (drawn) api.qpdf_oh_replace_key(data, page, "/Contents", parts);
  return drawn;
}

/// Whether a page has an annotation that may say something.
static int has_annotations(cqpdf_document *document, int index) {
  qpdf_oh list = cqpdf_key(document, cqpdf_page(document, index), "/Annots");
  int count = cqpdf_count(document, list), found = 0;
  for (int i = 0; i < count && !found; i++)
    found = api.qpdf_oh_is_stream(document->data, appearance(document, cqpdf_item(document, list, i)));
  cqpdf_release(document);
  return found;
}

int cqpdf_draw_annotations(cqpdf_document *document) {
  int pages = cqpdf_page_count(document), drawn = 0, is_ready = 0;
  for (int i = 0; i < pages && i < 20000; i++) {
    if (!has_annotations(document, i)) continue;
    if (!is_ready) is_ready = !(api.qpdf_push_inherited_attributes_to_page(document->data) & QPDF_ERRORS);
    if (!is_ready) return drawn;
    drawn += draw_annotations(document, i);
    cqpdf_release(document);
  }
  return drawn;
}

void cqpdf_set(cqpdf_document *document, cqpdf_object dictionary, const char *key, const char *value) {
  if (!api.qpdf_oh_is_dictionary(document->data, dictionary)) return;
  api.qpdf_oh_replace_key(document->data, dictionary, key, api.qpdf_oh_parse(document->data, value));
}

void cqpdf_set_stream(cqpdf_document *document, cqpdf_object dictionary, const char *key, const char *content) {
  if (!api.qpdf_oh_is_dictionary(document->data, dictionary)) return;
  api.qpdf_oh_replace_key(document->data, dictionary, key, stream_of(document, content));
}

const unsigned char *cqpdf_write(cqpdf_document *document, size_t *length) {
  *length = 0;
  if (api.qpdf_init_write_memory(document->data) & QPDF_ERRORS) return NULL;
  api.qpdf_set_preserve_encryption(document->data, QPDF_FALSE);
  api.qpdf_set_stream_data_mode(document->data, qpdf_s_preserve);
  // Nothing of the identity of the file is read: it shall be the same each time.
  api.qpdf_set_static_ID(document->data, QPDF_TRUE);
  if (api.qpdf_write(document->data) & QPDF_ERRORS) return NULL;
  *length = api.qpdf_get_buffer_length(document->data);
  return *length ? api.qpdf_get_buffer(document->data) : NULL;
}
