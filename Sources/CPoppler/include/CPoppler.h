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
/// Opens a document, with a password that is known to be right or NULL (poppler 22.12 crashes on a wrong one);
/// `bytes` must outlive it. On failure returns NULL and sets `problem`.
cpoppler_document *cpoppler_open(
    const void *bytes, size_t length, const char *password, enum cpoppler_problem *problem);
void cpoppler_close(cpoppler_document *document);
int cpoppler_page_count(cpoppler_document *document);
enum cpoppler_info { CPOPPLER_TITLE, CPOPPLER_AUTHOR, CPOPPLER_SUBJECT, CPOPPLER_KEYWORDS };
/// A text of the document's information, or NULL; free it with free(3).
char *cpoppler_info(cpoppler_document *document, enum cpoppler_info what);
/// When the document was made or last changed, in seconds since 1970; -1 when unknown.
int64_t cpoppler_date(cpoppler_document *document, int modified);

struct cpoppler_box {
  double left, top, right, bottom;  // points from the upper left corner
};
struct cpoppler_run {
  char *font;
  double size;
  int start, end;  // characters; `end` belongs to the run
};
struct cpoppler_link {
  struct cpoppler_box box;
  char *uri;
};
struct cpoppler_page {
  double width, height;
  char *text;                 // UTF-8
  struct cpoppler_box *boxes;  // one for each character of `text`
  unsigned box_count;
  struct cpoppler_run *runs;
  unsigned run_count;
  struct cpoppler_link *links;  // those that lead out of the document
  unsigned link_count;
};
/// The text of page `index` (from 0); returns 0 when there is no such page. Free it afterwards.
int cpoppler_read_page(cpoppler_document *document, int index, struct cpoppler_page *page);
void cpoppler_free_page(struct cpoppler_page *page);

/// The size of page `index` (from 0) in points; returns 0 when there is no such page.
int cpoppler_page_size(cpoppler_document *document, int index, double *width, double *height);
/// The picture of page `index` (from 0) as PNG, `scale` pixels a point; free it with free(3). NULL when there is
/// none, or when it would be larger than 100 million pixels.
void *cpoppler_render(cpoppler_document *document, int index, double scale, size_t *length);

/// How many pixels a point the largest picture on a page has, where it covers a part of it worth speaking of; else 0.
double cpoppler_picture_scale(cpoppler_document *document, int index);

struct cpoppler_bookmark {
  char *title;
  int level;   // from 1
  int page;    // from 1, 0 when unknown
  double top;  // points from the upper edge of the page, negative when unknown
};
/// All bookmarks in order, at most `most`; free them with `cpoppler_free_bookmarks`.
struct cpoppler_bookmark *cpoppler_bookmarks(cpoppler_document *document, unsigned most, unsigned *count);
/// The headings that a tagged document's structure names, as bookmarks; none for an untagged one. What of their
/// texts is not ASCII may be mangled.
struct cpoppler_bookmark *cpoppler_tagged_headings(cpoppler_document *document, unsigned most, unsigned *count);
void cpoppler_free_bookmarks(struct cpoppler_bookmark *bookmarks, unsigned count);
#endif
