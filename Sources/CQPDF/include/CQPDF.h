#ifndef CQPDF_H
#define CQPDF_H
// libqpdf, opened on first use: it gives the objects and decoded streams of a PDF, which poppler-glib does not.
#include <stddef.h>

/// Opens libqpdf.so.29; safe from any thread, any number of times. Returns NULL, or why it cannot be used.
/// Every other function here needs a success first.
const char *cqpdf_load(void);

typedef struct cqpdf_document cqpdf_document;
/// A handle of an object of a document, until `cqpdf_release`.
typedef unsigned cqpdf_object;

/// Opens a document, with a password or NULL; `bytes` must outlive it. NULL when it cannot be read;
/// `wrong_password` says whether that is why.
cqpdf_document *cqpdf_open(const void *bytes, size_t length, const char *password, int *wrong_password);
/// Whether the document is encrypted.
int cqpdf_is_encrypted(cqpdf_document *document);
void cqpdf_close(cqpdf_document *document);
/// Lets go of all handles that were given out.
void cqpdf_release(cqpdf_document *document);

int cqpdf_page_count(cqpdf_document *document);
/// Page `index`, from 0.
cqpdf_object cqpdf_page(cqpdf_document *document, int index);
/// The document's catalog.
cqpdf_object cqpdf_root(cqpdf_document *document);

/// The value of `key` (as `/Rotate`) in a dictionary or in a stream's dictionary; null where there is none.
cqpdf_object cqpdf_key(cqpdf_document *document, cqpdf_object object, const char *key);
int cqpdf_is_null(cqpdf_document *document, cqpdf_object object);
int cqpdf_is_stream(cqpdf_document *document, cqpdf_object object);
/// 0 for what is no array.
int cqpdf_count(cqpdf_document *document, cqpdf_object array);
cqpdf_object cqpdf_item(cqpdf_document *document, cqpdf_object array, int index);
/// Returns 0 for what is no number.
int cqpdf_number(cqpdf_document *document, cqpdf_object object, double *value);
/// The keys of a dictionary, a line each, or NULL; free it with free(3).
char *cqpdf_keys(cqpdf_document *document, cqpdf_object dictionary);
/// A name with its `/`, or NULL; free it with free(3).
char *cqpdf_name(cqpdf_document *document, cqpdf_object object);
/// Whether the object is this name, as `/Form`.
int cqpdf_is_name(cqpdf_document *document, cqpdf_object object, const char *name);
/// A string as UTF-8, or NULL; free it with free(3).
char *cqpdf_text(cqpdf_document *document, cqpdf_object object);
/// The decoded data of a stream, or NULL; free it with free(3).
unsigned char *cqpdf_data(cqpdf_document *document, cqpdf_object stream, size_t *length);

/// What the names begin with under which appearances of annotations are drawn.
#define CQPDF_ANNOTATION "SluiceAnnotation"
/// Draws what form fields, free texts and stamps show in the content of their pages. Returns how many there were.
int cqpdf_draw_annotations(cqpdf_document *document);
/// Puts a value, written as in a PDF and without references, into a dictionary.
void cqpdf_set(cqpdf_document *document, cqpdf_object dictionary, const char *key, const char *value);
/// Puts a new stream with this content into a dictionary.
void cqpdf_set_stream(cqpdf_document *document, cqpdf_object dictionary, const char *key, const char *content);
/// Writes the document anew, with what was changed and without encryption, in memory that lives as long as it. NULL when it
/// cannot be done.
const unsigned char *cqpdf_write(cqpdf_document *document, size_t *length);
#endif
