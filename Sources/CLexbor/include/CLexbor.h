#ifndef CLEXBOR_H
#define CLEXBOR_H
// lexbor's tree of an HTML page, laid out flat: nodes in document order, each with the end of its subtree, so that
// walking needs no recursion and a part of the page is a range of numbers.
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { HTML_ELEMENT = 1, HTML_TEXT = 3, HTML_OTHER = 8 };

struct html_node {
  /// The number of the parent; its own for the root.
  uint32_t parent;
  /// One past the last node of the subtree.
  uint32_t end;
  uint16_t kind;
  /// lexbor's number of the tag; 0 for an element that HTML, SVG and MathML do not know.
  uint16_t tag;
  uint16_t depth;
  uint16_t attribute_count;
  uint32_t first_attribute;
  uint32_t text_length;
  /// UTF-8, of a text node. Belongs to the tree.
  const char *text;
};

struct html_attribute {
  const char *name, *value;
  uint32_t name_length, value_length;
};

struct html_tree;

enum html_status { HTML_OK = 0, HTML_OUT_OF_MEMORY, HTML_TOO_DEEP, HTML_TOO_LARGE };

/// Parses UTF-8 by the WHATWG algorithm, scripts being off. Trees deeper than `deepest` (at most 65,535) and larger
/// than 50 million nodes are refused. Free the tree with html_free.
struct html_tree *html_parse(const char *bytes, size_t length, unsigned deepest, enum html_status *status);
void html_free(struct html_tree *tree);

const struct html_node *html_nodes(const struct html_tree *tree, size_t *count);
const struct html_attribute *html_attributes(const struct html_tree *tree);

/// The name of an element, in lower case, with its length; belongs to the tree.
const char *html_name(const struct html_tree *tree, uint32_t node, size_t *length);
/// The number of a tag's name, 0 when HTML knows none such.
uint16_t html_tag(const char *name, size_t length);
/// Numbers of tags are below this.
uint16_t html_tag_end(void);

/// Sets `marks[n]` (a byte a node) to 1 for every element that a CSS selector list matches. Returns false when the
/// selector cannot be read.
bool html_select(struct html_tree *tree, const char *selector, size_t length, uint8_t *marks);
#endif
