// The plan is a memory file of NUL-terminated words, three for each step. The host made it, so a malformed one is a bug: it fails, it is not
// repaired.
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "stages.h"

#define PLAN_BYTES_MAX (1 << 20)

struct plan plan_read(int fd) {
  struct stat info;
  if (fstat(fd, &info) != 0) fail("plan", "stat");
  size_t size = (size_t)info.st_size;
  errno = EINVAL;
  if (size == 0 || size > PLAN_BYTES_MAX) fail("plan", "size");
  char *bytes = malloc(size);
  if (bytes == NULL) fail("plan", "memory");
  if (pread(fd, bytes, size, 0) != (ssize_t)size || bytes[size - 1] != '\0') fail("plan", "read");

  size_t words = 0;
  for (size_t i = 0; i < size; i++) words += bytes[i] == '\0';
  if (words % 3 != 0) fail("plan", "words");
  struct plan plan = {.steps = calloc(words / 3, sizeof(struct step)), .count = words / 3};
  if (plan.steps == NULL) fail("plan", "memory");
  const char *word = bytes;
  for (size_t i = 0; i < plan.count; i++) {
    plan.steps[i].key = word;
    plan.steps[i].a = word += strlen(word) + 1;
    plan.steps[i].b = word += strlen(word) + 1;
    word += strlen(word) + 1;
  }
  return plan;
}

bool step_is(const struct step *step, const char *key) { return strcmp(step->key, key) == 0; }

const struct step *plan_find(const struct plan *plan, const char *key) {
  FOR_EACH_STEP(plan, step) {
    if (step_is(step, key)) return step;
  }
  return NULL;
}

uint64_t step_number(const char *word) { return strtoull(word, NULL, 10); }
