#ifndef CPOSTGRES_H
#define CPOSTGRES_H
// libpq, PostgreSQL's C interface, opened at run time: Sluice starts without it.
#include <stddef.h>

struct postgres_connection;
struct postgres_result;

/// Opens libpq. NULL, or why it failed (stands for the life of the program).
const char *postgres_open(void);
/// Connects; `password` may be NULL. Ask postgres_error whether it worked. NULL: there is no memory.
struct postgres_connection *postgres_connect(const char *url, const char *password, int timeout);
/// NULL when the connection stands, else why not; belongs to the connection.
const char *postgres_error(struct postgres_connection *connection);
void postgres_close(struct postgres_connection *connection);
/// Runs one statement with parameters as text (NULL: SQL's null), `$1` the first.
struct postgres_result *postgres_run(struct postgres_connection *connection, const char *sql, int count,
                                     const char *const *values);
/// NULL when it succeeded, else the server's message; belongs to the result (or the connection).
const char *postgres_result_error(struct postgres_connection *connection, struct postgres_result *result);
int postgres_rows(struct postgres_result *result);
int postgres_columns(struct postgres_result *result);
/// NULL for SQL's null; belongs to the result.
const char *postgres_value(struct postgres_result *result, int row, int column);
void postgres_clear(struct postgres_result *result);
#endif
