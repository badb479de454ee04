// Small system calls around child processes.
#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <linux/openat2.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

static int write_proc_file(pid_t pid, const char *name, const char *text) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/%s", pid, name);
  int fd = open(path, O_WRONLY | O_CLOEXEC);
  if (fd < 0) return errno;
  ssize_t written = write(fd, text, strlen(text));
  int error = written < 0 ? errno : 0;
  close(fd);
  return error;
}

int hive_map_identity(pid_t pid, uint32_t inside, uint32_t uid, uint32_t gid) {
  char map[64];
  snprintf(map, sizeof map, "%u %u 1", inside, uid);
  int error = write_proc_file(pid, "uid_map", map);
  if (error != 0) return error;
  // An ordinary user may map a group only after giving up setgroups(2); root keeps it, so that the child can drop its groups.
  if (geteuid() != 0) {
    error = write_proc_file(pid, "setgroups", "deny");
    if (error != 0) return error;
  }
  snprintf(map, sizeof map, "%u %u 1", inside, gid);
  return write_proc_file(pid, "gid_map", map);
}

int hive_pipe(int *read_end, int *write_end) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return errno;
  *read_end = ends[0];
  *write_end = ends[1];
  return 0;
}

void hive_prepare_thread(const char *name) {
  prctl(PR_SET_NAME, name, 0, 0, 0);
  sigset_t broken_pipe;
  sigemptyset(&broken_pipe);
  sigaddset(&broken_pipe, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &broken_pipe, NULL);
}

int hive_pidfd_signal(int pidfd, int signal) {
  return syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0) == 0 ? 0 : errno;
}

int hive_pidfd_reap(int pidfd, int *wait_status) {
  siginfo_t info = {0};
  int result;
  do {
    result = waitid(P_PIDFD, (id_t)pidfd, &info, WEXITED | WNOHANG);
  } while (result != 0 && errno == EINTR);
  if (result != 0) return -1;
  if (info.si_pid == 0) return 0;
  *wait_status = info.si_code == CLD_EXITED ? (info.si_status & 0xff) << 8 : (info.si_status & 0x7f) | (info.si_code == CLD_DUMPED ? 0x80 : 0);
  return 1;
}

int hive_landlock_version(void) {
  long version = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
  return version < 0 ? -errno : (int)version;
}

int hive_clone_mount(const char *path, int read_only, int devices) {
  int fd = open_tree(AT_FDCWD, path, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE);
  if (fd < 0) return -errno;
  struct mount_attr attributes = {.attr_set = MOUNT_ATTR_NOSUID, .propagation = MS_PRIVATE};
  if (!devices) attributes.attr_set |= MOUNT_ATTR_NODEV;
  if (read_only) attributes.attr_set |= MOUNT_ATTR_RDONLY;
  if (mount_setattr(fd, "", AT_EMPTY_PATH | AT_RECURSIVE, &attributes, sizeof attributes) != 0) {
    int error = errno;
    close(fd);
    return -error;
  }
  return fd;
}

int hive_attribute_is_set(const char *path, const char *name) {
  char value[2];
  return getxattr(path, name, value, sizeof value) == 1 && value[0] == '1';
}

int hive_open_beneath(const char *root, const char *path) {
  int top = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (top < 0) return -errno;
  struct open_how how = {.flags = O_PATH | O_DIRECTORY | O_CLOEXEC, .resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS};
  long fd = syscall(SYS_openat2, top, path, &how, sizeof how);
  int result = fd < 0 ? -errno : (int)fd;
  close(top);
  return result;
}

int hive_memory_file(const void *bytes, size_t count) {
  int fd = memfd_create("sandbox-plan", MFD_CLOEXEC);
  if (fd < 0) return -errno;
  if (write(fd, bytes, count) != (ssize_t)count) {
    close(fd);
    return -EIO;
  }
  lseek(fd, 0, SEEK_SET);
  return fd;
}

int hive_execute(const char *path, char *const arguments[]) {
  sigset_t none;
  sigemptyset(&none);
  pthread_sigmask(SIG_SETMASK, &none, NULL);
  signal(SIGPIPE, SIG_DFL);
  execv(path, arguments);
  return errno;
}
