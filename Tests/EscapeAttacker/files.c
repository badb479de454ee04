// Attacks on files, devices and executables. The working directory is the attacker's own, writable.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include "attacks.h"

static int open_path(const char *path, int flags) {
  int fd = open(path, flags);
  if (fd < 0) return errno;
  close(fd);
  return 0;
}

static int read_below(const struct world *world, const char *name) {
  char path[PATH_MAX];
  snprintf(path, sizeof path, "%s/%s", world->base, name);
  return open_path(path, O_RDONLY);
}

static int other_state(const struct world *world) { return read_below(world, "state/victim/secret"); }
static int other_tenant(const struct world *world) { return read_below(world, "tenants/other/secret"); }
static int configuration(const struct world *world) { return read_below(world, "hivecore.toml"); }
static int signing_key(const struct world *world) { return read_below(world, "secret.key"); }

static int password_file(const struct world *world) {
  (void)world;
  return open_path("/etc/shadow", O_RDONLY);
}

static int by_symbolic_link(const struct world *world) {
  char target[PATH_MAX];
  snprintf(target, sizeof target, "%s/secret.key", world->base);
  if (symlink(target, "link") != 0) return errno;
  int result = open_path("link", O_RDONLY);
  unlink("link");
  return result;
}

static int by_parents(const struct world *world) {
  char path[PATH_MAX];
  snprintf(path, sizeof path, "../../../../../../../..%s/secret.key", world->base);
  return open_path(path, O_RDONLY);
}

static int by_hard_link(const struct world *world) {
  char target[PATH_MAX];
  snprintf(target, sizeof target, "%s/secret.key", world->base);
  int result = outcome(link(target, "hard"));
  unlink("hard");
  return result;
}

static int by_root_of_init(const struct world *world) {
  char path[PATH_MAX];
  snprintf(path, sizeof path, "/proc/1/root%s/secret.key", world->base);
  return open_path(path, O_RDONLY);
}

static int by_handle(const struct world *world) {
  (void)world;
  struct {
    struct file_handle head;
    char bytes[128];
  } handle = {.head.handle_bytes = 128};
  int mount;
  if (name_to_handle_at(AT_FDCWD, ".", &handle.head, &mount, 0) != 0) return errno;
  int here = open(".", O_RDONLY);
  return outcome(open_by_handle_at(here, &handle.head, O_RDONLY));
}

static int kernel_setting(const struct world *world) {
  (void)world;
  return open_path("/proc/sys/kernel/core_pattern", O_WRONLY);
}

static int overwrite_system_file(const struct world *world) {
  (void)world;
  return open_path("/usr/lib/os-release", O_WRONLY);
}

static int write_system_folder(const struct world *world) {
  (void)world;
  int result = open_path("/etc/hivecore-escape", O_WRONLY | O_CREAT);
  unlink("/etc/hivecore-escape");
  return result;
}

static int memory_device(const struct world *world) {
  (void)world;
  return open_path("/dev/kmsg", O_RDONLY);
}

static int make_device(const struct world *world) {
  (void)world;
  if (mknod("device", S_IFCHR | 0600, makedev(1, 11)) != 0) return errno;
  int result = open_path("device", O_RDONLY);
  unlink("device");
  return result;
}

static int setuid_file(const struct world *world) {
  (void)world;
  int fd = open("setuid", O_WRONLY | O_CREAT, 0755);
  if (fd < 0) return errno;
  int result = outcome(fchmod(fd, 04755));
  unlink("setuid");
  return result;
}

static int setuid_file_at_birth(const struct world *world) {
  (void)world;
  int result = open_path("born", O_WRONLY | O_CREAT);
  unlink("born");
  if (result != 0) return result;
  int fd = (int)syscall(SYS_openat, AT_FDCWD, "born", O_WRONLY | O_CREAT, 04755);
  result = outcome(fd);
  unlink("born");
  return result;
}

/// Runs what it has written itself: a way to persist.
static int execute_written(const char *path) {
  int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0755);
  if (fd < 0) return errno;
  // A first line that names no interpreter: being allowed to execute ends in "exec format error".
  if (write(fd, "no program\n", 11) != 11) return errno;
  close(fd);
  char *words[] = {"script", NULL}, *none[] = {NULL};
  execve(path, words, none);
  int result = errno == ENOEXEC ? 0 : errno;
  unlink(path);
  return result;
}

static int execute_own_file(const struct world *world) {
  (void)world;
  return execute_written("./script");
}

static int execute_temporary_file(const struct world *world) {
  (void)world;
  return execute_written("/tmp/hivecore-escape-script");
}

const struct named_attack file_attacks[] = {
    {"read another plugin's files", other_state},
    {"read another tenant's files", other_tenant},
    {"read the host's configuration", configuration},
    {"read the host's signing key", signing_key},
    {"read the machine's passwords", password_file},
    {"reach the key by a symbolic link", by_symbolic_link},
    {"reach the key by ..", by_parents},
    {"reach the key by a hard link", by_hard_link},
    {"reach the key by the first process' root", by_root_of_init},
    {"open a file by its handle", by_handle},
    {"change a setting of the kernel", kernel_setting},
    {"overwrite a file of the system", overwrite_system_file},
    {"write into /etc", write_system_folder},
    {"read a device of the machine", memory_device},
    {"make a device node", make_device},
    {"make a setuid file", setuid_file},
    {"create a file as setuid", setuid_file_at_birth},
    {"execute a file it wrote", execute_own_file},
    {"execute a file it wrote to /tmp", execute_temporary_file},
    {NULL, NULL},
};
