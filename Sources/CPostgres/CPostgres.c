#include "CPostgres.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>

// From libpq-fe.h (PostgreSQL License).
enum { CONNECTION_OK = 0, PGRES_COMMAND_OK = 1, PGRES_TUPLES_OK = 2 };

#define FUNCTIONS(F)                                                                                         \
  F(void *, PQconnectdbParams, (const char *const *, const char *const *, int))                              \
  F(int, PQstatus, (const void *))                                                                           \
  F(char *, PQerrorMessage, (const void *))                                                                  \
  F(void, PQfinish, (void *))                                                                                \
  F(void *, PQexecParams, (void *, const char *, int, const unsigned *, const char *const *, const int *, const int *, int)) \
  F(int, PQresultStatus, (const void *))                                                                     \
  F(char *, PQresultErrorMessage, (const void *))                                                            \
  F(int, PQnfields, (const void *))                                                                          \
  F(int, PQntuples, (const void *))                                                                          \
  F(char *, PQgetvalue, (const void *, int, int))                                                            \
  F(int, PQgetisnull, (const void *, int, int))                                                              \
  F(void, PQclear, (void *))                                                                                 \
  F(void *, PQsetNoticeProcessor, (void *, void (*)(void *, const char *), void *))

static struct {
#define DECLARE(result, name, arguments) result(*name) arguments;
  FUNCTIONS(DECLARE)
} pq;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static char failure[300];

static void load(void) {
  void *library = dlopen("libpq.so.5", RTLD_NOW | RTLD_LOCAL);
  if (!library) {
    snprintf(failure, sizeof failure, "%s", dlerror());
    return;
  }
#define LOOK_UP(result, name, arguments) \
  if (!failure[0] && !(*(void **)&pq.name = dlsym(library, #name))) snprintf(failure, sizeof failure, "it has no " #name);
  FUNCTIONS(LOOK_UP)
}

const char *postgres_open(void) {
  pthread_once(&once, load);
  return failure[0] ? failure : NULL;
}

// What the server says beside its answers ("relation already exists") is no error.
static void quiet(void *unused, const char *message) {
  (void)unused;
  (void)message;
}

struct postgres_connection *postgres_connect(const char *url, const char *password, int timeout) {
  char seconds[16];
  snprintf(seconds, sizeof seconds, "%d", timeout);
  const char *names[] = {"dbname", "connect_timeout", "application_name", "client_encoding", password ? "password" : NULL, NULL};
  const char *values[] = {url, seconds, "sluice", "UTF8", password, NULL};
  void *connection = pq.PQconnectdbParams(names, values, 1);
  if (connection) pq.PQsetNoticeProcessor(connection, quiet, NULL);
  return connection;
}

const char *postgres_error(struct postgres_connection *connection) {
  return pq.PQstatus(connection) == CONNECTION_OK ? NULL : pq.PQerrorMessage(connection);
}

void postgres_close(struct postgres_connection *connection) { pq.PQfinish(connection); }

struct postgres_result *postgres_run(struct postgres_connection *connection, const char *sql, int count,
                                     const char *const *values) {
  return pq.PQexecParams(connection, sql, count, NULL, values, NULL, NULL, 0);
}

const char *postgres_result_error(struct postgres_connection *connection, struct postgres_result *result) {
  if (!result) return pq.PQerrorMessage(connection);
  int status = pq.PQresultStatus(result);
  return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK ? NULL : pq.PQresultErrorMessage(result);
}

int postgres_rows(struct postgres_result *result) { return pq.PQntuples(result); }

int postgres_columns(struct postgres_result *result) { return pq.PQnfields(result); }

const char *postgres_value(struct postgres_result *result, int row, int column) {
  return pq.PQgetisnull(result, row, column) ? NULL : pq.PQgetvalue(result, row, column);
}

void postgres_clear(struct postgres_result *result) { pq.PQclear(result); }
