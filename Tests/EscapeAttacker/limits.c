// Attacks that use things up.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "attacks.h"

// More than any profile of the test allows, and no harm to the machine where nothing stops it.
#define PROCESSES 300
#define MEMORY_BYTES (1UL << 30)
#define DISK_BYTES (80UL << 20)
#define DESCRIPTORS 900

static int fork_bomb(const struct world *world) {
  (void)world;
  static pid_t children[PROCESSES];
  int count = 0, result = 0;
  for (; count < PROCESSES; count++) {
    children[count] = fork();
    if (children[count] < 0) {
      result = errno;
      break;
    }
    if (children[count] == 0) {
      for (;;) pause();
    }
  }
  for (int i = 0; i < count; i++) kill(children[i], SIGKILL);
  for (int i = 0; i < count; i++) waitpid(children[i], NULL, 0);
  return result;
}

static int eat_memory(const struct world *world) {
  (void)world;
  void *memory = mmap(NULL, MEMORY_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return memory == MAP_FAILED ? errno : 0;
}

static int fill(const char *path, size_t bytes) {
  static char block[1 << 20];
  int fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600), result = 0;
  if (fd < 0) return errno;
  for (size_t written = 0; written < bytes && result == 0;) {
    ssize_t count = write(fd, block, sizeof block);
    if (count < 0) {
      result = errno;
    } else {
      written += (size_t)count;
    }
  }
  close(fd);
  return result;
}

/// With two files, each below the limit of a file's size.
static int fill_temporary(const struct world *world) {
  (void)world;
  int result = fill("/tmp/hivecore-escape-1", DISK_BYTES / 2);
  if (result == 0) result = fill("/tmp/hivecore-escape-2", DISK_BYTES / 2);
  unlink("/tmp/hivecore-escape-1");
  unlink("/tmp/hivecore-escape-2");
  return result;
}

static int fill_by_one_file(const struct world *world) {
  (void)world;
  // Past the limit of a file's size comes a signal unless it is ignored, then EFBIG.
  signal(SIGXFSZ, SIG_IGN);
  int result = fill("large", DISK_BYTES);
  unlink("large");
  return result;
}

static int exhaust_descriptors(const struct world *world) {
  (void)world;
  for (int count = 0; count < DESCRIPTORS; count++) {
    if (dup(0) < 0) return errno;
  }
  return 0;
}

const struct named_attack limit_attacks[] = {
    {"fork without end", fork_bomb},
    {"take a gigabyte of memory", eat_memory},
    {"fill /tmp", fill_temporary},
    {"fill the disk with one file", fill_by_one_file},
    {"open nine hundred descriptors", exhaust_descriptors},
    {NULL, NULL},
};
