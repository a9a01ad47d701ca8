#include "CCurl.h"
#include "COpened.h"

#include <stdio.h>

#pragma clang diagnostic ignored "-Wdeprecated-declarations"

// curl's header wraps these in type-checking macros that hide the plain functions.
#undef curl_easy_setopt
#undef curl_easy_getinfo
#undef curl_multi_setopt

#define FUNCTIONS(X) \
  X(curl_global_init) X(curl_version_info) X(curl_easy_init) X(curl_easy_cleanup) X(curl_easy_reset) X(curl_easy_strerror) \
  X(curl_easy_setopt) X(curl_easy_getinfo) X(curl_slist_append) X(curl_slist_free_all) X(curl_getdate) \
  X(curl_multi_init) X(curl_multi_cleanup) X(curl_multi_add_handle) X(curl_multi_remove_handle) \
  X(curl_multi_perform) X(curl_multi_poll) X(curl_multi_wakeup) X(curl_multi_setopt) X(curl_multi_info_read)

OPENED_TABLE(FUNCTIONS)

static void prepare(void) {
  if (api.curl_global_init(CURL_GLOBAL_DEFAULT) != 0)
    snprintf(opening_failure, sizeof opening_failure, "libcurl could not be set up");
}

OPENED_LIBRARY(FUNCTIONS, ": it is older than 7.68", prepare(), "libcurl.so.4")

const char *ccurl_load(void) { return opened(); }

const char *ccurl_version(void) { return api.curl_version_info(CURLVERSION_NOW)->version; }

CURL *ccurl_easy_init(void) { return api.curl_easy_init(); }
void ccurl_easy_cleanup(CURL *handle) { api.curl_easy_cleanup(handle); }
void ccurl_easy_reset(CURL *handle) { api.curl_easy_reset(handle); }
const char *ccurl_easy_strerror(CURLcode code) { return api.curl_easy_strerror(code); }

CURLcode ccurl_set_long(CURL *h, CURLoption o, long v) { return api.curl_easy_setopt(h, o, v); }
CURLcode ccurl_set_offset(CURL *h, CURLoption o, curl_off_t v) { return api.curl_easy_setopt(h, o, v); }
CURLcode ccurl_set_string(CURL *h, CURLoption o, const char *v) { return api.curl_easy_setopt(h, o, v); }
CURLcode ccurl_set_pointer(CURL *h, CURLoption o, void *v) { return api.curl_easy_setopt(h, o, v); }
CURLcode ccurl_set_headers(CURL *h, struct curl_slist *v) { return api.curl_easy_setopt(h, CURLOPT_HTTPHEADER, v); }

CURLcode ccurl_set_callbacks(CURL *h, ccurl_data_callback body, ccurl_data_callback header, ccurl_progress_callback progress, void *context) {
  CURLcode code;
  if ((code = api.curl_easy_setopt(h, CURLOPT_WRITEFUNCTION, body)) != CURLE_OK) return code;
  if ((code = api.curl_easy_setopt(h, CURLOPT_WRITEDATA, context)) != CURLE_OK) return code;
  if ((code = api.curl_easy_setopt(h, CURLOPT_HEADERFUNCTION, header)) != CURLE_OK) return code;
  if ((code = api.curl_easy_setopt(h, CURLOPT_HEADERDATA, context)) != CURLE_OK) return code;
  if ((code = api.curl_easy_setopt(h, CURLOPT_XFERINFOFUNCTION, progress)) != CURLE_OK) return code;
  if ((code = api.curl_easy_setopt(h, CURLOPT_XFERINFODATA, context)) != CURLE_OK) return code;
  if ((code = api.curl_easy_setopt(h, CURLOPT_NOPROGRESS, 0L)) != CURLE_OK) return code;
  if ((code = api.curl_easy_setopt(h, CURLOPT_PRIVATE, context)) != CURLE_OK) return code;
  return CURLE_OK;
}

CURLcode ccurl_set_admission(CURL *h, ccurl_socket_callback open, ccurl_peer_callback check, void *context) {
  CURLcode code;
  if ((code = api.curl_easy_setopt(h, CURLOPT_OPENSOCKETFUNCTION, open)) != CURLE_OK) return code;
  if ((code = api.curl_easy_setopt(h, CURLOPT_OPENSOCKETDATA, context)) != CURLE_OK) return code;
  if ((code = api.curl_easy_setopt(h, CURLOPT_PREREQFUNCTION, check)) != CURLE_OK) return code;
  if ((code = api.curl_easy_setopt(h, CURLOPT_PREREQDATA, context)) != CURLE_OK) return code;
  return CURLE_OK;
}

CURLcode ccurl_set_protocols(CURL *h) {
  return api.curl_easy_setopt(h, CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
}

long ccurl_get_long(CURL *h, CURLINFO info) {
  long value = 0;
  api.curl_easy_getinfo(h, info, &value);
  return value;
}

curl_off_t ccurl_get_offset(CURL *h, CURLINFO info) {
  curl_off_t value = 0;
  api.curl_easy_getinfo(h, info, &value);
  return value;
}

const char *ccurl_get_string(CURL *h, CURLINFO info) {
  char *value = NULL;
  api.curl_easy_getinfo(h, info, &value);
  return value;
}

void *ccurl_get_private(CURL *h) {
  void *value = NULL;
  api.curl_easy_getinfo(h, CURLINFO_PRIVATE, &value);
  return value;
}

struct curl_slist *ccurl_slist_append(struct curl_slist *list, const char *text) { return api.curl_slist_append(list, text); }
void ccurl_slist_free(struct curl_slist *list) { api.curl_slist_free_all(list); }
time_t ccurl_getdate(const char *text) { return api.curl_getdate(text, NULL); }

CURLM *ccurl_multi_init(void) { return api.curl_multi_init(); }
void ccurl_multi_cleanup(CURLM *m) { api.curl_multi_cleanup(m); }
CURLMcode ccurl_multi_add(CURLM *m, CURL *h) { return api.curl_multi_add_handle(m, h); }
CURLMcode ccurl_multi_remove(CURLM *m, CURL *h) { return api.curl_multi_remove_handle(m, h); }
CURLMcode ccurl_multi_perform(CURLM *m, int *running) { return api.curl_multi_perform(m, running); }
CURLMcode ccurl_multi_poll(CURLM *m, int timeout_ms) { return api.curl_multi_poll(m, NULL, 0, timeout_ms, NULL); }
CURLMcode ccurl_multi_wakeup(CURLM *m) { return api.curl_multi_wakeup(m); }
CURLMcode ccurl_multi_set_long(CURLM *m, CURLMoption o, long v) { return api.curl_multi_setopt(m, o, v); }

CURL *ccurl_multi_next_done(CURLM *m, CURLcode *result) {
  int left;
  CURLMsg *message;
  while ((message = api.curl_multi_info_read(m, &left))) {
    if (message->msg != CURLMSG_DONE) continue;
    *result = message->data.result;
    return message->easy_handle;
  }
  return NULL;
}
