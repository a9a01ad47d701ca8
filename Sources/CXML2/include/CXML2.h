#ifndef CXML2_H
#define CXML2_H
// libxml2's streaming reader, opened on first use: Debian's build pulls in ICU, which would cost every start of the
// program some milliseconds. No entity is loaded from anywhere, and libxml2's own limits on depth, on the length of
// a text and on what entities may grow to stay on.
#include <stddef.h>

typedef struct cxml2_reader cxml2_reader;

/// Opens libxml2.so.2; safe to call from any thread, any number of times. Returns NULL, or why it cannot be used.
const char *cxml2_load(void);

/// Reads a document that stays where it is until `cxml2_close`; NULL when there is no memory.
cxml2_reader *cxml2_open(const char *bytes, int length);
void cxml2_close(cxml2_reader *reader);

/// What stands at the reader's place.
enum cxml2_node { CXML2_END, CXML2_ERROR, CXML2_OPENING, CXML2_EMPTY, CXML2_CLOSING, CXML2_TEXT };
/// Goes on to the next element or text.
enum cxml2_node cxml2_next(cxml2_reader *reader);
/// The local name of the element; the text.
const char *cxml2_name(cxml2_reader *reader);
const char *cxml2_namespace(cxml2_reader *reader);
const char *cxml2_text(cxml2_reader *reader);
/// The value of an attribute without a namespace, to be given to `cxml2_free`; NULL when there is none.
char *cxml2_attribute(cxml2_reader *reader, const char *name);
/// That of an attribute in a namespace.
char *cxml2_attribute_of(cxml2_reader *reader, const char *name, const char *space);
void cxml2_free(char *text);
/// What is wrong after CXML2_ERROR, with its line; valid until the next call.
const char *cxml2_problem(cxml2_reader *reader, int *line);
#endif
