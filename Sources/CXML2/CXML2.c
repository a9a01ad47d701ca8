#include "CXML2.h"
#include "COpened.h"

#include <libxml/xmlversion.h>
#undef LIBXML_ICU_ENABLED
#include <libxml/xmlreader.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FUNCTIONS(X) \
  X(xmlInitParser) X(xmlReaderForMemory) X(xmlFreeTextReader) X(xmlTextReaderRead) X(xmlTextReaderNodeType) \
  X(xmlTextReaderConstLocalName) X(xmlTextReaderConstNamespaceUri) X(xmlTextReaderConstValue) \
  X(xmlTextReaderIsEmptyElement) X(xmlTextReaderGetAttribute) X(xmlTextReaderGetAttributeNs) X(xmlTextReaderSetStructuredErrorHandler)

OPENED_TABLE(FUNCTIONS)

struct cxml2_reader {
  xmlTextReaderPtr reader;
  char problem[300];
  int line;
};

OPENED_LIBRARY(FUNCTIONS, "", api.xmlInitParser(), "libxml2.so.2")

const char *cxml2_load(void) { return opened(); }

static void on_error(void *context, xmlErrorPtr error) {
  cxml2_reader *reader = context;
  if (reader->problem[0] || error->level < XML_ERR_ERROR) return;
  snprintf(reader->problem, sizeof reader->problem, "%s", error->message ? error->message : "not well-formed");
  size_t length = strlen(reader->problem);
  while (length && reader->problem[length - 1] == '\n') reader->problem[--length] = 0;
  reader->line = error->line;
}

cxml2_reader *cxml2_open(const char *bytes, int length) {
  cxml2_reader *reader = calloc(1, sizeof *reader);
  if (!reader) return NULL;
  reader->reader = api.xmlReaderForMemory(bytes, length, NULL, NULL, XML_PARSE_NONET | XML_PARSE_NOCDATA | XML_PARSE_COMPACT);
  if (!reader->reader) {
    free(reader);
    return NULL;
  }
  api.xmlTextReaderSetStructuredErrorHandler(reader->reader, (xmlStructuredErrorFunc)on_error, reader);
  return reader;
}

void cxml2_close(cxml2_reader *reader) {
  api.xmlFreeTextReader(reader->reader);
  free(reader);
}

enum cxml2_node cxml2_next(cxml2_reader *reader) {
  for (;;) {
    int state = api.xmlTextReaderRead(reader->reader);
    if (state < 0) return CXML2_ERROR;
    if (state == 0) return reader->problem[0] ? CXML2_ERROR : CXML2_END;
    switch (api.xmlTextReaderNodeType(reader->reader)) {
      case XML_READER_TYPE_ELEMENT:
        return api.xmlTextReaderIsEmptyElement(reader->reader) == 1 ? CXML2_EMPTY : CXML2_OPENING;
      case XML_READER_TYPE_END_ELEMENT: return CXML2_CLOSING;
      case XML_READER_TYPE_TEXT:
      // White space between words in runs of their own, as word processors write it.
      case XML_READER_TYPE_SIGNIFICANT_WHITESPACE:
      case XML_READER_TYPE_CDATA: return CXML2_TEXT;
      default: break;
    }
  }
}

const char *cxml2_name(cxml2_reader *reader) { return (const char *)api.xmlTextReaderConstLocalName(reader->reader); }
const char *cxml2_namespace(cxml2_reader *reader) { return (const char *)api.xmlTextReaderConstNamespaceUri(reader->reader); }
const char *cxml2_text(cxml2_reader *reader) { return (const char *)api.xmlTextReaderConstValue(reader->reader); }

char *cxml2_attribute(cxml2_reader *reader, const char *name) {
  return (char *)api.xmlTextReaderGetAttribute(reader->reader, (const xmlChar *)name);
}

char *cxml2_attribute_of(cxml2_reader *reader, const char *name, const char *space) {
  return (char *)api.xmlTextReaderGetAttributeNs(reader->reader, (const xmlChar *)name, (const xmlChar *)space);
}

// xmlFree is malloc's free unless a program sets another, which nobody here does.
void cxml2_free(char *text) { free(text); }

const char *cxml2_problem(cxml2_reader *reader, int *line) {
  *line = reader->line;
  return reader->problem[0] ? reader->problem : "not well-formed XML";
}
