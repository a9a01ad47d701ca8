#include "CPoppler.h"

#include <dlfcn.h>
#include <poppler.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#undef g_object_unref

#pragma clang diagnostic ignored "-Wdeprecated-declarations"

#define FUNCTIONS(X) \
  X(poppler, poppler_get_version) X(poppler, poppler_document_new_from_bytes) X(poppler, poppler_document_get_n_pages) \
  X(poppler, poppler_document_get_title) X(poppler, poppler_document_get_page) X(poppler, poppler_document_find_dest) \
  X(poppler, poppler_page_get_size) X(poppler, poppler_page_get_text_for_area) \
  X(poppler, poppler_page_get_selected_text) X(poppler, poppler_page_get_selection_region) \
  X(poppler, poppler_page_selection_region_free) \
  X(poppler, poppler_page_get_text_layout_for_area) X(poppler, poppler_page_get_text_attributes_for_area) \
  X(poppler, poppler_page_free_text_attributes) \
  X(poppler, poppler_index_iter_new) X(poppler, poppler_index_iter_free) X(poppler, poppler_index_iter_get_child) \
  X(poppler, poppler_index_iter_get_action) X(poppler, poppler_index_iter_next) X(poppler, poppler_action_free) \
  X(poppler, poppler_dest_free) X(poppler, poppler_error_quark) \
  X(poppler, poppler_document_get_author) X(poppler, poppler_document_get_subject) \
  X(poppler, poppler_document_get_keywords) X(poppler, poppler_document_get_creation_date) \
  X(poppler, poppler_document_get_modification_date) X(poppler, poppler_page_get_link_mapping) \
  X(poppler, poppler_structure_element_iter_new) X(poppler, poppler_structure_element_iter_free) \
  X(poppler, poppler_structure_element_iter_next) X(poppler, poppler_structure_element_iter_get_child) \
  X(poppler, poppler_structure_element_iter_get_element) X(poppler, poppler_structure_element_get_kind) \
  X(poppler, poppler_structure_element_get_page) X(poppler, poppler_structure_element_get_text) \
  X(poppler, poppler_page_free_link_mapping) X(poppler, poppler_page_render) \
  X(poppler, poppler_page_get_image_mapping) X(poppler, poppler_page_get_image) X(poppler, poppler_page_free_image_mapping) \
  X(cairo, cairo_image_surface_create) X(cairo, cairo_image_surface_get_width) \
  X(cairo, cairo_image_surface_get_height) X(cairo, cairo_create) X(cairo, cairo_scale) X(cairo, cairo_set_source_rgb) \
  X(cairo, cairo_paint) X(cairo, cairo_destroy) X(cairo, cairo_surface_destroy) X(cairo, cairo_surface_status) \
  X(cairo, cairo_surface_write_to_png_stream) X(cairo, cairo_status) \
  X(glib, g_bytes_new_static) X(glib, g_bytes_unref) X(glib, g_error_free) X(glib, g_free) X(glib, g_error_matches) \
  X(gobject, g_object_unref)

static struct {
#define FIELD(library, name) __typeof__(&name) name;
  FUNCTIONS(FIELD)
} api;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static char failure[300];
static int failed;

static void *open_library(const char *name) {
  void *library = dlopen(name, RTLD_NOW | RTLD_LOCAL);
  if (!library && !failed) {
    snprintf(failure, sizeof failure, "%s", dlerror());
    failed = 1;
  }
  return library;
}

static void load(void) {
  void *glib = open_library("libglib-2.0.so.0");
  void *gobject = open_library("libgobject-2.0.so.0");
  void *poppler = open_library("libpoppler-glib.so.8");
  void *cairo = open_library("libcairo.so.2");
  if (failed) return;
#define RESOLVE(library, name) \
  if (!(api.name = (__typeof__(&name))dlsym(library, #name))) { \
    snprintf(failure, sizeof failure, #library " has no " #name); \
    failed = 1; \
    return; \
  }
  FUNCTIONS(RESOLVE)
}

const char *cpoppler_load(void) {
  pthread_once(&once, load);
  return failed ? failure : NULL;
}

const char *cpoppler_version(void) { return api.poppler_get_version(); }

cpoppler_document *cpoppler_open(
    const void *bytes, size_t length, const char *password, enum cpoppler_problem *problem) {
  GError *error = NULL;
  PopplerDocument *document = NULL;
  GBytes *data = api.g_bytes_new_static(bytes, length);
  document = api.poppler_document_new_from_bytes(data, password, &error);
  api.g_bytes_unref(data);
  *problem = CPOPPLER_OK;
  if (!document) {
    gboolean encrypted = error && api.g_error_matches(error, api.poppler_error_quark(), POPPLER_ERROR_ENCRYPTED);
    *problem = encrypted ? CPOPPLER_ENCRYPTED : CPOPPLER_DAMAGED;
  }
  if (error) api.g_error_free(error);
  return (cpoppler_document *)document;
}

void cpoppler_close(cpoppler_document *document) { api.g_object_unref(document); }

int cpoppler_page_count(cpoppler_document *document) {
  return api.poppler_document_get_n_pages((PopplerDocument *)document);
}

static char *copied(const char *text) { return strdup(text ? text : ""); }

char *cpoppler_info(cpoppler_document *document, enum cpoppler_info what) {
  PopplerDocument *of = (PopplerDocument *)document;
  char *text = NULL;
  switch (what) {
  case CPOPPLER_TITLE: text = api.poppler_document_get_title(of); break;
  case CPOPPLER_AUTHOR: text = api.poppler_document_get_author(of); break;
  case CPOPPLER_SUBJECT: text = api.poppler_document_get_subject(of); break;
  case CPOPPLER_KEYWORDS: text = api.poppler_document_get_keywords(of); break;
  }
  if (!text) return NULL;
  char *copy = strdup(text);
  api.g_free(text);
  return copy;
}

int64_t cpoppler_date(cpoppler_document *document, int modified) {
  PopplerDocument *of = (PopplerDocument *)document;
  return modified ? api.poppler_document_get_modification_date(of) : api.poppler_document_get_creation_date(of);
}

static void read_links(PopplerPage *page, struct cpoppler_page *out) {
  GList *mapping = api.poppler_page_get_link_mapping(page);
  unsigned room = 0;
  for (GList *at = mapping; at; at = at->next) room++;
  if (room) {
    out->links = calloc(room, sizeof *out->links);
    if (!out->links) abort();
    for (GList *at = mapping; at; at = at->next) {
      PopplerLinkMapping *link = at->data;
      if (!link->action || link->action->type != POPPLER_ACTION_URI || !link->action->uri.uri) continue;
      PopplerRectangle r = link->area;
      out->links[out->link_count++] = (struct cpoppler_link){
          {r.x1, out->height - r.y2, r.x2, out->height - r.y1}, copied(link->action->uri.uri)};
    }
  }
  if (mapping) api.poppler_page_free_link_mapping(mapping);
}

/// Whether UTF-8 text may have letters of Hebrew, Arabic, Syriac and their kin, or marks that steer the direction.
static int may_run_left(const char *text) {
  for (const unsigned char *at = (const unsigned char *)text; *at; at++)
    if ((*at >= 0xD6 && *at <= 0xDF) || *at == 0xEF || *at == 0xF0 || (*at == 0xE2 && at[1] == 0x80 && at[2] == 0xAB) ||
        (*at == 0xE0 && at[1] >= 0xA0 && at[1] <= 0xA3))
      return 1;
  return 0;
}

static void add_text(struct cpoppler_page *out, const char *text) {
  size_t before = out->text ? strlen(out->text) : 0, more = strlen(text);
  char *joined = realloc(out->text, before + more + 2);
  if (!joined) abort();
  if (before) joined[before++] = '\n';
  memcpy(joined + before, text, more + 1);
  out->text = joined;
}

/// Adds what a selection holds, whose text is given: boxes, then runs with their indices.
static void add_area(PopplerPage *page, PopplerRectangle *area, const char *text, struct cpoppler_page *out) {
  PopplerRectangle *rectangles = NULL;
  guint count = 0;
  if (!api.poppler_page_get_text_layout_for_area(page, area, &rectangles, &count) || count == 0) {
    api.g_free(rectangles);
    return;
  }
  // The line end between this part and the one before has a box, too.
  unsigned first = out->box_count ? out->box_count + 1 : 0;
  out->boxes = realloc(out->boxes, (first + count) * sizeof *out->boxes);
  if (!out->boxes) abort();
  if (first) out->boxes[first - 1] = (struct cpoppler_box){0, 0, 0, 0};
  for (guint i = 0; i < count; i++)
    out->boxes[first + i] = (struct cpoppler_box){rectangles[i].x1, rectangles[i].y1, rectangles[i].x2, rectangles[i].y2};
  out->box_count = first + count;
  api.g_free(rectangles);
  add_text(out, text);
  GList *attributes = api.poppler_page_get_text_attributes_for_area(page, area);
  unsigned runs = 0;
  for (GList *at = attributes; at; at = at->next) runs++;
  if (runs) {
    out->runs = realloc(out->runs, (out->run_count + runs) * sizeof *out->runs);
    if (!out->runs) abort();
    for (GList *at = attributes; at; at = at->next) {
      PopplerTextAttributes *a = at->data;
      out->runs[out->run_count++] = (struct cpoppler_run){
          copied(a->font_name), a->font_size, a->start_index + (int)first, a->end_index + (int)first};
    }
  }
  if (attributes) api.poppler_page_free_text_attributes(attributes);
}

/// Whether a line is among the first boxes that were read.
static int is_read(const PopplerRectangle *line, const struct cpoppler_page *out) {
  for (unsigned i = 0; i < out->box_count; i++) {
    double x = (out->boxes[i].left + out->boxes[i].right) / 2, y = (out->boxes[i].top + out->boxes[i].bottom) / 2;
    if (x > line->x1 && x < line->x2 && y > line->y1 && y < line->y2) return 1;
  }
  return 0;
}

/// Reads the lines that a selection touches and that are not read yet, each on its own.
static void add_lines(PopplerPage *page, PopplerRectangle area, struct cpoppler_page *out) {
  GList *lines = api.poppler_page_get_selection_region(page, 1, POPPLER_SELECTION_WORD, &area);
  for (GList *at = lines; at; at = at->next) {
    PopplerRectangle *line = at->data;
    if (is_read(line, out)) continue;
    double middle = (line->y1 + line->y2) / 2;
    PopplerRectangle whole = {line->x2 + 1, middle, line->x1 - 1, middle};
    char *text = api.poppler_page_get_text_for_area(page, &whole);
    if (text && *text) add_area(page, &whole, text, out);
    api.g_free(text);
  }
  if (lines) api.poppler_page_selection_region_free(lines);
}

/// A page that poppler takes for one that is written from the right. A selection leads from point to point: from the line
/// nearest to the one to the line nearest to the other, and no two points lead through all lines of each page. So the page is
/// read at once as far as that goes, and then line by line from top to bottom.
static void read_from_right(PopplerPage *page, struct cpoppler_page *out) {
  double width = out->width, height = out->height;
  PopplerRectangle across = {width, 0, 0, height}, down = {width, 0, width, height};
  char *text = api.poppler_page_get_text_for_area(page, &across), *other = api.poppler_page_get_text_for_area(page, &down);
  int is_across = (text ? strlen(text) : 0) >= (other ? strlen(other) : 0);
  char *more = is_across ? text : other;
  if (more && *more) add_area(page, is_across ? &across : &down, more, out);
  api.g_free(text);
  api.g_free(other);
  add_lines(page, (PopplerRectangle){0, 0, width, height}, out);
  add_lines(page, across, out);
  add_lines(page, down, out);
  double step = height > 2400 ? height / 200 : 12;
  for (double y = step / 2; y < height; y += step) add_lines(page, (PopplerRectangle){width, y, 0, y}, out);
}

int cpoppler_read_page(cpoppler_document *document, int index, struct cpoppler_page *out) {
  memset(out, 0, sizeof *out);
  PopplerPage *page = api.poppler_document_get_page((PopplerDocument *)document, index);
  if (!page) return 0;
  api.poppler_page_get_size(page, &out->width, &out->height);
  double width = out->width, height = out->height;
  PopplerRectangle all = {0, 0, width, height}, right[] = {{width, 0, width, height}, {width, 0, 0, height}};
  char *text = api.poppler_page_get_text_for_area(page, &all);
  int from_right = 0;
  if (!text || !*text || may_run_left(text)) {
    for (int i = 0; i < 2 && !from_right; i++) {
      char *whole = api.poppler_page_get_selected_text(page, POPPLER_SELECTION_WORD, &right[i]);
      from_right = whole && strlen(whole) > (text ? strlen(text) : 0);
      api.g_free(whole);
    }
  }
  if (from_right) read_from_right(page, out);
  else if (text && *text) add_area(page, &all, text, out);
  api.g_free(text);
  if (!out->text) out->text = copied("");
  read_links(page, out);
  api.g_object_unref(page);
  return 1;
}

void cpoppler_free_page(struct cpoppler_page *page) {
  free(page->text);
  free(page->boxes);
  for (unsigned i = 0; i < page->run_count; i++) free(page->runs[i].font);
  free(page->runs);
  for (unsigned i = 0; i < page->link_count; i++) free(page->links[i].uri);
  free(page->links);
  memset(page, 0, sizeof *page);
}

struct picture {
  unsigned char *bytes;
  size_t count, room;
};

static cairo_status_t append(void *into, const unsigned char *bytes, unsigned count) {
  struct picture *picture = into;
  if (picture->count + count > picture->room) {
    size_t room = (picture->count + count) * 2;
    unsigned char *larger = realloc(picture->bytes, room);
    if (!larger) return CAIRO_STATUS_NO_MEMORY;
    picture->bytes = larger;
    picture->room = room;
  }
  memcpy(picture->bytes + picture->count, bytes, count);
  picture->count += count;
  return CAIRO_STATUS_SUCCESS;
}

int cpoppler_page_size(cpoppler_document *document, int index, double *width, double *height) {
  PopplerPage *page = api.poppler_document_get_page((PopplerDocument *)document, index);
  if (!page) return 0;
  api.poppler_page_get_size(page, width, height);
  api.g_object_unref(page);
  return 1;
}

void *cpoppler_render(cpoppler_document *document, int index, double scale, size_t *length) {
  *length = 0;
  PopplerPage *page = api.poppler_document_get_page((PopplerDocument *)document, index);
  if (!page) return NULL;
  double width, height;
  api.poppler_page_get_size(page, &width, &height);
  struct picture picture = {0};
  double columns = width * scale + 0.5, rows = height * scale + 0.5;
  if (columns >= 1 && rows >= 1 && columns < 20000 && rows < 20000 && columns * rows < 1e8) {
    cairo_surface_t *surface = api.cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)columns, (int)rows);
    cairo_t *cairo = api.cairo_create(surface);
    api.cairo_scale(cairo, scale, scale);
    api.cairo_set_source_rgb(cairo, 1, 1, 1);
    api.cairo_paint(cairo);
    api.poppler_page_render(page, cairo);
    int fine = api.cairo_status(cairo) == CAIRO_STATUS_SUCCESS;
    api.cairo_destroy(cairo);
    if (!fine || api.cairo_surface_write_to_png_stream(surface, append, &picture) != CAIRO_STATUS_SUCCESS) {
      free(picture.bytes);
      picture.bytes = NULL;
    }
    api.cairo_surface_destroy(surface);
  }
  api.g_object_unref(page);
  if (picture.bytes) *length = picture.count;
  return picture.bytes;
}

double cpoppler_picture_scale(cpoppler_document *document, int index) {
  PopplerPage *page = api.poppler_document_get_page((PopplerDocument *)document, index);
  if (!page) return 0;
  double width, height, scale = 0;
  api.poppler_page_get_size(page, &width, &height);
  GList *mapping = api.poppler_page_get_image_mapping(page);
  PopplerImageMapping *largest = NULL;
  double most = 0.2 * width * height;
  for (GList *at = mapping; at; at = at->next) {
    PopplerImageMapping *image = at->data;
    double size = (image->area.x2 - image->area.x1) * (image->area.y2 - image->area.y1);
    if (size < 0) size = -size;
    if (size > most) most = size, largest = image;
  }
  if (largest) {
    cairo_surface_t *surface = api.poppler_page_get_image(page, largest->image_id);
    if (surface) {
      double pixels = (double)api.cairo_image_surface_get_width(surface) * api.cairo_image_surface_get_height(surface);
      if (pixels > 0) scale = __builtin_sqrt(pixels / most);
      api.cairo_surface_destroy(surface);
    }
  }
  if (mapping) api.poppler_page_free_image_mapping(mapping);
  api.g_object_unref(page);
  return scale;
}

struct collection {
  PopplerDocument *document;
  struct cpoppler_bookmark *all;
  unsigned count, room, most;
};

static void place(struct collection *into, PopplerDest *dest, struct cpoppler_bookmark *bookmark) {
  PopplerDest *named = NULL;
  if (dest && dest->type == POPPLER_DEST_NAMED && dest->named_dest)
    dest = named = api.poppler_document_find_dest(into->document, dest->named_dest);
  if (dest && dest->page_num > 0) {
    bookmark->page = dest->page_num;
    PopplerPage *page = api.poppler_document_get_page(into->document, dest->page_num - 1);
    if (page) {
      double width, height;
      api.poppler_page_get_size(page, &width, &height);
      if (dest->change_top || dest->type == POPPLER_DEST_FITH) bookmark->top = height - dest->top;
      api.g_object_unref(page);
    }
  }
  if (named) api.poppler_dest_free(named);
}

static void collect(struct collection *into, PopplerIndexIter *iter, int level) {
  do {
    if (into->count >= into->most) return;
    PopplerAction *action = api.poppler_index_iter_get_action(iter);
    if (action) {
      if (into->count == into->room) {
        into->room = into->room ? into->room * 2 : 64;
        into->all = realloc(into->all, into->room * sizeof *into->all);
        if (!into->all) abort();
      }
      struct cpoppler_bookmark bookmark = {copied(action->any.title), level, 0, -1};
      if (action->type == POPPLER_ACTION_GOTO_DEST) place(into, action->goto_dest.dest, &bookmark);
      into->all[into->count++] = bookmark;
      api.poppler_action_free(action);
    }
    PopplerIndexIter *child = level < 32 ? api.poppler_index_iter_get_child(iter) : NULL;
    if (child) {
      collect(into, child, level + 1);
      api.poppler_index_iter_free(child);
    }
  } while (api.poppler_index_iter_next(iter));
}

struct cpoppler_bookmark *cpoppler_bookmarks(cpoppler_document *document, unsigned most, unsigned *count) {
  struct collection into = {(PopplerDocument *)document, NULL, 0, 0, most};
  PopplerIndexIter *iter = api.poppler_index_iter_new((PopplerDocument *)document);
  if (iter) {
    collect(&into, iter, 1);
    api.poppler_index_iter_free(iter);
  }
  *count = into.count;
  return into.all;
}

static void collect_tags(
    struct collection *into, PopplerStructureElementIter *iter, int depth, unsigned *visited) {
  do {
    if (into->count >= into->most || (*visited)++ > 20000) return;
    PopplerStructureElement *element = api.poppler_structure_element_iter_get_element(iter);
    if (!element) continue;
    int kind = api.poppler_structure_element_get_kind(element);
    if (kind >= POPPLER_STRUCTURE_ELEMENT_HEADING && kind <= POPPLER_STRUCTURE_ELEMENT_HEADING_6) {
      char *text = api.poppler_structure_element_get_text(element, POPPLER_STRUCTURE_GET_TEXT_RECURSIVE);
      if (text) {
        if (into->count == into->room) {
          into->room = into->room ? into->room * 2 : 64;
          into->all = realloc(into->all, into->room * sizeof *into->all);
          if (!into->all) abort();
        }
        int page = api.poppler_structure_element_get_page(element);
        int level = kind == POPPLER_STRUCTURE_ELEMENT_HEADING ? 1 : kind - POPPLER_STRUCTURE_ELEMENT_HEADING;
        into->all[into->count++] = (struct cpoppler_bookmark){copied(text), level, page >= 0 ? page + 1 : 0, -1};
        api.g_free(text);
      }
      api.g_object_unref(element);
      continue;
    }
    api.g_object_unref(element);
    PopplerStructureElementIter *child = depth < 60 ? api.poppler_structure_element_iter_get_child(iter) : NULL;
    if (child) {
      collect_tags(into, child, depth + 1, visited);
      api.poppler_structure_element_iter_free(child);
    }
  } while (api.poppler_structure_element_iter_next(iter));
}

struct cpoppler_bookmark *cpoppler_tagged_headings(cpoppler_document *document, unsigned most, unsigned *count) {
  struct collection into = {(PopplerDocument *)document, NULL, 0, 0, most};
  unsigned visited = 0;
  PopplerStructureElementIter *iter = api.poppler_structure_element_iter_new((PopplerDocument *)document);
  if (iter) {
    collect_tags(&into, iter, 0, &visited);
    api.poppler_structure_element_iter_free(iter);
  }
  *count = into.count;
  return into.all;
}

void cpoppler_free_bookmarks(struct cpoppler_bookmark *bookmarks, unsigned count) {
  for (unsigned i = 0; i < count; i++) free(bookmarks[i].title);
  free(bookmarks);
}
