// The private root: a small tmpfs with bind mounts of exactly what the plan names.
//
//   root   —  —            build one
//   bind   rights path     rights: "r" read-only, "w" writable, "d" a device node. Appears at the path of the next step:
//   mount  number path     the same for a detached mount that the host made: the n-th of its descriptors
//   at     path identity   identity: "device:inode" the source must have, or empty
//   link   target path     symbolic link
//   dir    path —          empty directory
//   file   path text       small read-only file
//   tmpfs  path bytes      writable, limited in size
//   proc   path —          own /proc; where the kernel refuses a fresh one, the host's, which is not counted as engaged
//   cwd    path —          working directory, last
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "CLinux.h"
#include "stages.h"

#define PATH_BYTES 4096

/// For each step of the plan the detached mount it will attach, or −1.
static int *sources;
static int host_proc = -1;

static int clone_tree(const char *path) { return open_tree(AT_FDCWD, path, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE); }

/// What was checked on the host must be what gets mounted: the path may have been given another meaning since.
static void verify_identity(int source, const char *expected, const char *path) {
  if (*expected == '\0') return;
  struct stat info;
  char found[64];
  if (fstat(source, &info) != 0) fail("mount", path);
  snprintf(found, sizeof found, "%llu:%llu", (unsigned long long)info.st_dev, (unsigned long long)info.st_ino);
  errno = ESTALE;
  if (strcmp(found, expected) != 0) fail("mount", path);
}

// Sources are opened while we still are the host's user (who may enter directories the sandbox's user may not) and still see the host's root.
void root_collect(const struct plan *plan) {
  if (plan_find(plan, "root") == NULL) return;
  // Nothing we mount may appear outside.
  if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0) fail("mount", "private propagation");
  sources = malloc(plan->count * sizeof *sources);
  if (sources == NULL) fail("mount", "memory");
  for (size_t i = 0; i < plan->count; i++) {
    const struct step *step = &plan->steps[i];
    sources[i] = step_is(step, "mount") ? HIVE_MOUNT_FD + (int)step_number(step->a) : -1;
    if (!step_is(step, "bind")) continue;
    sources[i] = clone_tree(step->b);
    if (sources[i] < 0) fail("mount", step->b);
    if (i + 1 == plan->count || !step_is(step + 1, "at")) fail("plan", "bind without at");
    verify_identity(sources[i], step[1].b, step->b);
    struct mount_attr attributes = {.attr_set = MOUNT_ATTR_NOSUID};
    if (step->a[0] != 'd') attributes.attr_set |= MOUNT_ATTR_NODEV;
    if (step->a[0] == 'r') attributes.attr_set |= MOUNT_ATTR_RDONLY;
    if (mount_setattr(sources[i], "", AT_EMPTY_PATH | AT_RECURSIVE, &attributes, sizeof attributes) != 0) fail("mount attributes", step->b);
  }
  host_proc = clone_tree("/proc");
}

static void make_parents(const char *path) {
  char parent[PATH_BYTES];
  if ((size_t)snprintf(parent, sizeof parent, "%s", path) >= sizeof parent) {
    errno = ENAMETOOLONG;
    fail("mount", path);
  }
  for (char *slash = strchr(parent + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
    *slash = '\0';
    if (mkdir(parent, 0755) != 0 && errno != EEXIST) fail("mount point", parent);
    *slash = '/';
  }
}

static void make_directory(const char *path) {
  make_parents(path);
  if (mkdir(path, 0755) != 0 && errno != EEXIST) fail("mount point", path);
}

static void make_file(const char *path, const char *text) {
  make_parents(path);
  int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
  if (fd < 0) {
    if (errno == EROFS || errno == EEXIST) return;  // lies below a directory that is bound already
    fail("mount point", path);
  }
  size_t length = strlen(text);
  if (write(fd, text, length) != (ssize_t)length) fail("file", path);
  close(fd);
}

static void attach(int source, const char *path) {
  struct stat info;
  if (fstat(source, &info) != 0) fail("mount", path);
  if (S_ISDIR(info.st_mode)) {
    make_directory(path);
  } else {
    make_file(path, "");
  }
  if (move_mount(source, "", AT_FDCWD, path, MOVE_MOUNT_F_EMPTY_PATH) != 0) fail("mount", path);
  close(source);
}

static void mount_tmpfs(const char *path, uint64_t bytes) {
  char options[96];
  // One inode for each 4 KiB: empty files may not use up the kernel's memory either.
  snprintf(options, sizeof options, "size=%llu,nr_inodes=%llu,mode=1777", (unsigned long long)bytes, (unsigned long long)(bytes / 4096 + 16));
  make_directory(path);
  if (mount("tmpfs", path, "tmpfs", MS_NOSUID | MS_NODEV, options) != 0) fail("tmpfs", path);
}

static void mount_proc(const char *path) {
  make_directory(path);
  if (mount("proc", path, "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_RDONLY, NULL) == 0) {
    engaged("proc");
    if (host_proc >= 0) close(host_proc);
    return;
  }
  struct mount_attr attributes = {.attr_set = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC};
  if (host_proc < 0 || mount_setattr(host_proc, "", AT_EMPTY_PATH | AT_RECURSIVE, &attributes, sizeof attributes) != 0) fail("proc", path);
  attach(host_proc, path);
}

static void enter_empty_root(void) {
  // Any directory that is always there will do as the place; all sources are open already.
  if (mount("tmpfs", "/dev", "tmpfs", MS_NOSUID | MS_NODEV, "size=1m,nr_inodes=4096,mode=755") != 0) fail("tmpfs", "/");
  if (chdir("/dev") != 0) fail("chdir", "/");
  // The old root now lies on top of the new one at "/": paths are looked up below it, umount finds it first.
  if (syscall(SYS_pivot_root, ".", ".") != 0) fail("pivot_root", "/");
}

static void leave_old_root(void) {
  if (umount2(".", MNT_DETACH) != 0) fail("umount", "old root");
  struct mount_attr read_only = {.attr_set = MOUNT_ATTR_RDONLY};
  if (mount_setattr(AT_FDCWD, "/", 0, &read_only, sizeof read_only) != 0) fail("mount attributes", "/");
}

static void change_directory(const struct plan *plan) {
  const struct step *cwd = plan_find(plan, "cwd");
  if (cwd != NULL && chdir(cwd->a) != 0) fail("chdir", cwd->a);
}

void root_build(const struct plan *plan) {
  if (sources == NULL) {
    change_directory(plan);
    return;
  }
  umask(022);
  enter_empty_root();
  for (size_t i = 0; i < plan->count; i++) {
    const struct step *step = &plan->steps[i];
    if (sources[i] >= 0) {
      attach(sources[i], step_is(step, "mount") ? step->b : step[1].a);
    } else if (step_is(step, "link")) {
      make_parents(step->b);
      if (symlink(step->a, step->b) != 0 && errno != EEXIST) fail("link", step->b);
    } else if (step_is(step, "dir")) {
      make_directory(step->a);
    } else if (step_is(step, "file")) {
      make_file(step->a, step->b);
    } else if (step_is(step, "tmpfs")) {
      mount_tmpfs(step->a, step_number(step->b));
    } else if (step_is(step, "proc")) {
      mount_proc(step->a);
    }
  }
  leave_old_root();
  change_directory(plan);
  engaged("private_root");
}
