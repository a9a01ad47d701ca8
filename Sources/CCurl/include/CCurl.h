#ifndef CCURL_H
#define CCURL_H
// libcurl, opened on first use: it pulls in some forty shared objects, and linking it would cost
// every start of the program 10 ms. The wrappers have types because curl's own are variadic.
#include <curl/curl.h>

/// Opens libcurl.so.4; safe to call from any thread, any number of times.
/// Returns NULL, or why it cannot be used. Every other function here needs a success first.
const char *ccurl_load(void);
/// The version of the library, as `7.88.1`.
const char *ccurl_version(void);

CURL *ccurl_easy_init(void);
void ccurl_easy_cleanup(CURL *handle);
/// Back to default settings; connections stay.
void ccurl_easy_reset(CURL *handle);
const char *ccurl_easy_strerror(CURLcode code);

CURLcode ccurl_set_long(CURL *handle, CURLoption option, long value);
CURLcode ccurl_set_offset(CURL *handle, CURLoption option, curl_off_t value);
CURLcode ccurl_set_string(CURL *handle, CURLoption option, const char *value);
CURLcode ccurl_set_pointer(CURL *handle, CURLoption option, void *value);
CURLcode ccurl_set_headers(CURL *handle, struct curl_slist *headers);

typedef size_t (*ccurl_data_callback)(char *bytes, size_t size, size_t count, void *context);
typedef int (*ccurl_progress_callback)(void *context, curl_off_t dltotal, curl_off_t dlnow, curl_off_t ultotal, curl_off_t ulnow);
/// Sets the functions that take the body and the header lines, and the one that may stop a transfer.
CURLcode ccurl_set_callbacks(CURL *handle, ccurl_data_callback body, ccurl_data_callback header, ccurl_progress_callback progress, void *context);

/// Opens a socket for an address that the name resolved to, or refuses with CURL_SOCKET_BAD.
typedef curl_socket_t (*ccurl_socket_callback)(void *context, curlsocktype purpose, struct curl_sockaddr *address);
/// Is told the peer of the connection that a request is about to use, be it new or an old one; answers
/// CURL_PREREQFUNC_OK or CURL_PREREQFUNC_ABORT.
typedef int (*ccurl_peer_callback)(void *context, char *peer, char *local, int peer_port, int local_port);
/// Sets the functions that are asked before a connection is made and before one is used.
CURLcode ccurl_set_admission(CURL *handle, ccurl_socket_callback open, ccurl_peer_callback check, void *context);

/// Allows http and https only, as versions before 7.85 want it said.
CURLcode ccurl_set_protocols(CURL *handle);

long ccurl_get_long(CURL *handle, CURLINFO info);
curl_off_t ccurl_get_offset(CURL *handle, CURLINFO info);
const char *ccurl_get_string(CURL *handle, CURLINFO info);
void *ccurl_get_private(CURL *handle);

struct curl_slist *ccurl_slist_append(struct curl_slist *list, const char *text);
void ccurl_slist_free(struct curl_slist *list);
time_t ccurl_getdate(const char *text);

CURLM *ccurl_multi_init(void);
void ccurl_multi_cleanup(CURLM *multi);
CURLMcode ccurl_multi_add(CURLM *multi, CURL *handle);
CURLMcode ccurl_multi_remove(CURLM *multi, CURL *handle);
CURLMcode ccurl_multi_perform(CURLM *multi, int *running);
CURLMcode ccurl_multi_poll(CURLM *multi, int timeout_ms);
CURLMcode ccurl_multi_wakeup(CURLM *multi);
CURLMcode ccurl_multi_set_long(CURLM *multi, CURLMoption option, long value);
/// Begins to unpack a Brotli stream (RFC 7932). NULL when this libcurl brought no decoder along: then none is asked for.
void *ccurl_brotli_begin(void);
enum { CCURL_HUNGRY, CCURL_FULL, CCURL_ENDED, CCURL_BROKEN };
/// Goes on from `*bytes`: the bytes taken are taken off, those written are taken off `*room`. Says whether it wants more
/// bytes, more room, came to the end of the stream, or cannot go on.
int ccurl_brotli_unpack(void *state, const unsigned char **bytes, size_t *count, unsigned char *out, size_t *room);
void ccurl_brotli_end(void *state);

/// The next handle that has ended, or NULL.
CURL *ccurl_multi_next_done(CURLM *multi, CURLcode *result);
#endif
