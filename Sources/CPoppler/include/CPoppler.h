#ifndef CPOPPLER_H
#define CPOPPLER_H
// poppler-glib, opened on first use: it and GLib pull in some forty shared objects. What comes out
// is plain C, so that Swift never sees GLib's headers.
#include <stddef.h>
#include <stdint.h>

/// Opens libpoppler-glib.so.8 and GLib; safe from any thread, any number of times.
/// Returns NULL, or why they cannot be used. Every other function here needs a success first.
const char *cpoppler_load(void);
/// The version of poppler, as `22.12.0`.
const char *cpoppler_version(void);

typedef struct cpoppler_document cpoppler_document;
enum cpoppler_problem { CPOPPLER_OK, CPOPPLER_ENCRYPTED, CPOPPLER_DAMAGED };
/// Opens a document; `bytes` must outlive it. On failure returns NULL and sets `problem`.
cpoppler_document *cpoppler_open(const void *bytes, size_t length, enum cpoppler_problem *problem);
void cpoppler_close(cpoppler_document *document);
int cpoppler_page_count(cpoppler_document *document);
/// The title of the document's information, or NULL; free it with free(3).
char *cpoppler_title(cpoppler_document *document);

struct cpoppler_box {
  double left, top, right, bottom;  // points from the upper left corner
};
struct cpoppler_run {
  char *font;
  double size;
  int start, end;  // characters; `end` belongs to the run
};
struct cpoppler_page {
  double width, height;
  char *text;                 // UTF-8
  struct cpoppler_box *boxes;  // one for each character of `text`
  unsigned box_count;
  struct cpoppler_run *runs;
  unsigned run_count;
};
/// The text of page `index` (from 0); returns 0 when there is no such page. Free it afterwards.
int cpoppler_read_page(cpoppler_document *document, int index, struct cpoppler_page *page);
void cpoppler_free_page(struct cpoppler_page *page);

struct cpoppler_bookmark {
  char *title;
  int level;   // from 1
  int page;    // from 1, 0 when unknown
  double top;  // points from the upper edge of the page, negative when unknown
};
/// All bookmarks in order, at most `most`; free them with `cpoppler_free_bookmarks`.
struct cpoppler_bookmark *cpoppler_bookmarks(cpoppler_document *document, unsigned most, unsigned *count);
void cpoppler_free_bookmarks(struct cpoppler_bookmark *bookmarks, unsigned count);
#endif
