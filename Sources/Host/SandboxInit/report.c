// Telling the host how far we got.
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "CLinux.h"
#include "stages.h"

static char layers[sizeof((struct hive_status *)0)->detail];

static void send_status(enum hive_status_kind kind, int32_t value, const char *detail) {
  struct hive_status status = {.kind = kind, .value = value};
  snprintf(status.detail, sizeof status.detail, "%s", detail);
  // A host that no longer listens has no use for the news.
  (void)!write(HIVE_STATUS_FD, &status, sizeof status);
}

void engaged(const char *layer) {
  size_t used = strlen(layers);
  snprintf(layers + used, sizeof layers - used, used == 0 ? "%s" : " %s", layer);
}

void report_running(void) { send_status(HIVE_STATUS_RUNNING, 0, layers); }

void report_exited(int wait_status, long peak_kib) {
  char detail[24];
  snprintf(detail, sizeof detail, "%ld", peak_kib);
  send_status(HIVE_STATUS_EXITED, wait_status, detail);
}

void fail(const char *stage, const char *what) {
  int error = errno;
  char detail[sizeof((struct hive_status *)0)->detail];
  snprintf(detail, sizeof detail, "%s: %s", stage, what);
  send_status(HIVE_STATUS_FAILED, error, detail);
  _exit(125);
}
