#include "CLexbor.h"

#include <lexbor/css/css.h>
#include <lexbor/dom/interfaces/attr.h>
#include <lexbor/dom/interfaces/character_data.h>
#include <lexbor/dom/interfaces/document_fragment.h>
#include <lexbor/dom/interfaces/element.h>
#include <lexbor/html/interfaces/document.h>
#include <lexbor/html/interfaces/template_element.h>
#include <lexbor/html/parser.h>
#include <lexbor/html/token_attr.h>
#include <lexbor/selectors/selectors.h>
#include <lexbor/tag/tag.h>
#include <stdlib.h>
#include <string.h>

struct html_tree {
  lxb_html_document_t *document;
  struct html_node *nodes;
  lxb_dom_node_t **origins;
  size_t count, capacity;
  struct html_attribute *attributes;
  size_t attribute_count, attribute_capacity;
};

static const size_t most_nodes = 50u * 1000 * 1000;

static lxb_dom_node_t *first_child(lxb_dom_node_t *node) {
  // What a template holds is beside the tree.
  if (node->local_name == LXB_TAG_TEMPLATE && node->ns == LXB_NS_HTML) {
    lxb_dom_document_fragment_t *content = lxb_html_interface_template(node)->content;
    if (content != NULL && content->node.first_child != NULL) return content->node.first_child;
  }
  return node->first_child;
}

static bool add_attributes(struct html_tree *tree, struct html_node *made, lxb_dom_node_t *node) {
  size_t first = tree->attribute_count;
  for (lxb_dom_attr_t *attr = lxb_dom_element_first_attribute(lxb_dom_interface_element(node)); attr != NULL;
       attr = lxb_dom_element_next_attribute(attr)) {
    if (tree->attribute_count - first == UINT16_MAX) break;
    if (tree->attribute_count == tree->attribute_capacity) {
      size_t capacity = tree->attribute_capacity ? tree->attribute_capacity * 2 : 1024;
      struct html_attribute *grown = realloc(tree->attributes, capacity * sizeof *grown);
      if (grown == NULL) return false;
      tree->attributes = grown;
      tree->attribute_capacity = capacity;
    }
    size_t name_length = 0, value_length = 0;
    const lxb_char_t *name = lxb_dom_attr_qualified_name(attr, &name_length);
    const lxb_char_t *value = lxb_dom_attr_value(attr, &value_length);
    tree->attributes[tree->attribute_count++] = (struct html_attribute){
        .name = (const char *)name, .value = value ? (const char *)value : "",
        .name_length = (uint32_t)name_length, .value_length = value ? (uint32_t)value_length : 0};
  }
  made->first_attribute = (uint32_t)first;
  made->attribute_count = (uint16_t)(tree->attribute_count - first);
  return true;
}

static bool add(struct html_tree *tree, lxb_dom_node_t *node, uint32_t parent, unsigned depth) {
  if (tree->count == tree->capacity) {
    size_t capacity = tree->capacity ? tree->capacity * 2 : 4096;
    struct html_node *nodes = realloc(tree->nodes, capacity * sizeof *nodes);
    if (nodes == NULL) return false;
    tree->nodes = nodes;
    lxb_dom_node_t **origins = realloc(tree->origins, capacity * sizeof *origins);
    if (origins == NULL) return false;
    tree->origins = origins;
    tree->capacity = capacity;
  }
  tree->origins[tree->count] = node;
  struct html_node *made = &tree->nodes[tree->count++];
  *made = (struct html_node){.parent = parent, .kind = HTML_OTHER, .depth = (uint16_t)depth};
  node->user = (void *)(uintptr_t)tree->count;
  switch (node->type) {
    case LXB_DOM_NODE_TYPE_ELEMENT:
      made->kind = HTML_ELEMENT;
      made->tag = node->local_name < LXB_TAG__LAST_ENTRY ? (uint16_t)node->local_name : 0;
      return add_attributes(tree, made, node);
    case LXB_DOM_NODE_TYPE_TEXT:
    case LXB_DOM_NODE_TYPE_CDATA_SECTION: {
      lexbor_str_t *text = &lxb_dom_interface_character_data(node)->data;
      made->kind = HTML_TEXT;
      made->text = (const char *)text->data;
      made->text_length = text->length > UINT32_MAX ? UINT32_MAX : (uint32_t)text->length;
      return true;
    }
    default: return true;
  }
}

static enum html_status flatten(struct html_tree *tree, lxb_dom_node_t *root, unsigned deepest) {
  // The way from the root to where the walk is: numbers of nodes.
  uint32_t *path = malloc((deepest + 1) * sizeof *path);
  if (path == NULL) return HTML_OUT_OF_MEMORY;
  enum html_status status = HTML_OK;
  unsigned depth = 0;
  lxb_dom_node_t *node = root;
  while (true) {
    if (tree->count >= most_nodes) { status = HTML_TOO_LARGE; break; }
    uint32_t parent = depth == 0 ? 0 : path[depth - 1];
    if (!add(tree, node, parent, depth)) { status = HTML_OUT_OF_MEMORY; break; }
    uint32_t number = (uint32_t)(tree->count - 1);
    lxb_dom_node_t *child = first_child(node);
    if (child != NULL) {
      if (depth + 1 >= deepest) { status = HTML_TOO_DEEP; break; }
      path[depth++] = number;
      node = child;
      continue;
    }
    tree->nodes[number].end = number + 1;
    while (depth > 0 && node->next == NULL) {
      // Up by the path, since what a template holds does not lead back to the template.
      uint32_t above = path[--depth];
      tree->nodes[above].end = (uint32_t)tree->count;
      node = tree->origins[above];
    }
    if (depth == 0) break;
    node = node->next;
  }
  free(path);
  return status;
}

/// Stands between lexbor's tokenizer and its tree. The tree looks through all open elements for each new one, and the
/// tokenizer through all attributes of an element for each further one: both are held small here.
struct watch {
  lxb_html_tokenizer_token_f next;
  void *context;
  lxb_html_tree_t *tree;
  size_t deepest;
  bool too_deep;
};

static const size_t most_attributes = 1000;

/// Drops attributes that were there before, as the tokenizer would, and all beyond the limit.
static void thin(lxb_html_token_t *token) {
  size_t count = 0;
  for (lxb_html_token_attr_t *attr = token->attr_first, *next; attr != NULL; attr = next) {
    next = attr->next;
    bool drop = count == most_attributes;
    for (lxb_html_token_attr_t *one = token->attr_first; one != attr && !drop; one = one->next) {
      drop = one->name == attr->name;
    }
    if (drop) lxb_html_token_attr_remove(token, attr);
    else count++;
  }
}

static lxb_html_token_t *watched(lxb_html_tokenizer_t *tokenizer, lxb_html_token_t *token, void *context) {
  struct watch *watch = context;
  if (watch->tree->open_elements->length > watch->deepest) {
    watch->too_deep = true;
    tokenizer->status = LXB_STATUS_STOPPED;
    return NULL;
  }
  thin(token);
  return watch->next(tokenizer, token, watch->context);
}

static lxb_status_t parse(lxb_html_document_t *document, const char *bytes, size_t length, struct watch *watch) {
  lxb_status_t status = lxb_html_document_parse_chunk_begin(document);
  if (status != LXB_STATUS_OK) return status;
  lxb_html_parser_t *parser = document->dom_document.parser;
  watch->tree = lxb_html_parser_tree(parser);
  watch->next = parser->tkz->callback_token_done;
  watch->context = parser->tkz->callback_token_ctx;
  lxb_html_tokenizer_callback_token_done_set(parser->tkz, watched, watch);
  parser->tkz->opt |= LXB_HTML_TOKENIZER_OPT_ATTR_KEEP_DUPLICATE;
  status = lxb_html_document_parse_chunk(document, (const lxb_char_t *)bytes, length);
  if (status == LXB_STATUS_OK) status = lxb_html_document_parse_chunk_end(document);
  lxb_html_tokenizer_callback_token_done_set(parser->tkz, watch->next, watch->context);
  return status;
}

struct html_tree *html_parse(const char *bytes, size_t length, unsigned deepest, enum html_status *status) {
  struct html_tree *tree = calloc(1, sizeof *tree);
  *status = HTML_OUT_OF_MEMORY;
  if (tree == NULL) return NULL;
  if (deepest > UINT16_MAX) deepest = UINT16_MAX;
  tree->document = lxb_html_document_create();
  struct watch watch = {.deepest = deepest};
  // Nobody listens for changes; the options of a list would each be counted anew with every further one.
  if (tree->document != NULL) lxb_dom_document_mutation_erase(&tree->document->dom_document);
  if (tree->document != NULL && parse(tree->document, bytes, length, &watch) == LXB_STATUS_OK) {
    lxb_dom_element_t *root = lxb_dom_document_element(&tree->document->dom_document);
    *status = root == NULL ? HTML_OUT_OF_MEMORY : flatten(tree, lxb_dom_interface_node(root), deepest);
  }
  if (watch.too_deep) *status = HTML_TOO_DEEP;
  if (*status == HTML_OK) return tree;
  html_free(tree);
  return NULL;
}

void html_free(struct html_tree *tree) {
  if (tree == NULL) return;
  if (tree->document != NULL) lxb_html_document_destroy(tree->document);
  free(tree->nodes);
  free(tree->origins);
  free(tree->attributes);
  free(tree);
}

const struct html_node *html_nodes(const struct html_tree *tree, size_t *count) {
  *count = tree->count;
  return tree->nodes;
}

const struct html_attribute *html_attributes(const struct html_tree *tree) { return tree->attributes; }

const char *html_name(const struct html_tree *tree, uint32_t node, size_t *length) {
  *length = 0;
  lxb_dom_node_t *origin = tree->origins[node];
  if (origin->type != LXB_DOM_NODE_TYPE_ELEMENT) return "";
  const lxb_char_t *name = lxb_dom_element_local_name(lxb_dom_interface_element(origin), length);
  return name ? (const char *)name : "";
}

uint16_t html_tag(const char *name, size_t length) {
  const lxb_tag_data_t *data = lxb_tag_data_by_name(NULL, (const lxb_char_t *)name, length);
  return data == NULL || data->tag_id >= LXB_TAG__LAST_ENTRY ? 0 : (uint16_t)data->tag_id;
}

uint16_t html_tag_end(void) { return LXB_TAG__LAST_ENTRY; }

static lxb_status_t mark(lxb_dom_node_t *node, lxb_css_selector_specificity_t specificity, void *context) {
  (void)specificity;
  uintptr_t number = (uintptr_t)node->user;
  if (number > 0) ((uint8_t *)context)[number - 1] = 1;
  return LXB_STATUS_OK;
}

bool html_select(struct html_tree *tree, const char *selector, size_t length, uint8_t *marks) {
  bool done = false;
  lxb_css_parser_t *parser = lxb_css_parser_create();
  lxb_selectors_t *selectors = lxb_selectors_create();
  if (parser != NULL && selectors != NULL && lxb_css_parser_init(parser, NULL) == LXB_STATUS_OK &&
      lxb_selectors_init(selectors) == LXB_STATUS_OK) {
    lxb_css_selector_list_t *list = lxb_css_selectors_parse(parser, (const lxb_char_t *)selector, length);
    if (list != NULL) {
      done = lxb_selectors_find(selectors, tree->origins[0], list, mark, marks) == LXB_STATUS_OK;
      lxb_css_selector_list_destroy_memory(list);
    }
  }
  lxb_selectors_destroy(selectors, true);
  lxb_css_parser_destroy(parser, true);
  return done;
}
