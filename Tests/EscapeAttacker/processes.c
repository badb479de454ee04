// Attacks on other processes.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "attacks.h"

static int open_of_victim(const struct world *world, const char *name) {
  char path[64], byte;
  snprintf(path, sizeof path, "/proc/%d/%s", world->victim, name);
  int fd = open(path, O_RDONLY);
  if (fd < 0) return errno;
  // Its memory has nothing at address 0: being allowed to ask is enough.
  return strcmp(name, "mem") == 0 ? 0 : outcome(read(fd, &byte, 1));
}

static int memory(const struct world *world) { return open_of_victim(world, "mem"); }
static int environment(const struct world *world) { return open_of_victim(world, "environ"); }

/// Of another process one may ask even for an empty range only when one may read it.
static int read_memory(const struct world *world) {
  char byte;
  struct iovec local = {.iov_base = &byte, .iov_len = 1}, remote = {.iov_base = NULL, .iov_len = 1};
  int result = outcome(process_vm_readv(world->victim, &local, 1, &remote, 1, 0));
  return result == EFAULT ? 0 : result;
}

static int trace(const struct world *world) {
  int result = outcome(ptrace(PTRACE_SEIZE, world->victim, NULL, NULL));
  if (result == 0) ptrace(PTRACE_DETACH, world->victim, NULL, NULL);
  return result;
}

static int signal_victim(const struct world *world) { return outcome(kill(world->victim, 0)); }

static int steal_descriptor(const struct world *world) {
  int pidfd = (int)syscall(SYS_pidfd_open, world->victim, 0);
  if (pidfd < 0) return errno;
  return outcome(syscall(SYS_pidfd_getfd, pidfd, 0, 0));
}

static int steal_from_init(const struct world *world) {
  (void)world;
  int pidfd = (int)syscall(SYS_pidfd_open, 1, 0);
  if (pidfd < 0) return errno;
  return outcome(syscall(SYS_pidfd_getfd, pidfd, 0, 0));
}

static int inherited_descriptor(const struct world *world) { return world->leaked < 0 ? EBADF : 0; }

static int become_root(const struct world *world) {
  (void)world;
  return outcome(setresuid(0, 0, 0));
}

static int join_group(const struct world *world) {
  (void)world;
  gid_t disk = 6;
  return outcome(setgroups(1, &disk));
}

static int regain_capabilities(const struct world *world) {
  (void)world;
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
  struct __user_cap_data_struct data[2] = {{.effective = 1U << CAP_SYS_ADMIN, .permitted = 1U << CAP_SYS_ADMIN}};
  return outcome(syscall(SYS_capset, &header, data));
}

const struct named_attack process_attacks[] = {
    {"read another plugin's memory", memory},
    {"read another plugin's environment", environment},
    {"process_vm_readv of another plugin", read_memory},
    {"ptrace another plugin", trace},
    {"signal another plugin", signal_victim},
    {"take a descriptor of another plugin", steal_descriptor},
    {"take a descriptor of the first process", steal_from_init},
    {"use a descriptor the host left open", inherited_descriptor},
    {"become root", become_root},
    {"join another group", join_group},
    {"regain a capability", regain_capabilities},
    {NULL, NULL},
};
