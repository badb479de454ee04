#pragma once
#include <sqlite3.h>

/* What Swift cannot import: SQLITE_TRANSIENT is a cast, sqlite3_db_config is variadic. */

/* Binds text that SQLite copies. */
static inline int hive_bind_text(sqlite3_stmt *statement, int index, const char *text, int length) {
  return sqlite3_bind_text(statement, index, text ? text : "", length, SQLITE_TRANSIENT);
}

/* Answers a function call with text that SQLite copies. */
static inline void hive_result_text(sqlite3_context *context, const char *text, int length) {
  sqlite3_result_text(context, text ? text : "", length, SQLITE_TRANSIENT);
}

/* Sets one on/off switch of a connection. */
static inline int hive_switch(sqlite3 *database, int option, int on) { return sqlite3_db_config(database, option, on, (int *)0); }
