// Landlock: what the payload may do with files, TCP ports, and processes outside. Rules only ever take away, on top of the private root.
//
//   landlock     version —      engage, as this version of the kernel interface
//   allow        rights path    rights: letters of "rwx", "l" for listing only; all else is denied
//   tcp          bind|connect — deny this, except …
//   tcp-bind     port —
//   tcp-connect  port —
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "stages.h"

// Declared here because the headers of the oldest system we build on know version 2 only. Source: include/uapi/linux/landlock.h.
struct ruleset_attr {
  uint64_t handled_access_fs, handled_access_net, scoped;
};
struct path_beneath_attr {
  uint64_t allowed_access;
  int32_t parent_fd;
} __attribute__((packed));
struct net_port_attr {
  uint64_t allowed_access, port;
};

enum { RULE_PATH_BENEATH = 1, RULE_NET_PORT = 2 };

#define FS_EXECUTE (1ULL << 0)
#define FS_WRITE_FILE (1ULL << 1)
#define FS_READ_FILE (1ULL << 2)
#define FS_READ_DIR (1ULL << 3)
#define FS_REMOVE_DIR (1ULL << 4)
#define FS_REMOVE_FILE (1ULL << 5)
#define FS_MAKE_DIR (1ULL << 7)
#define FS_MAKE_REG (1ULL << 8)
#define FS_MAKE_SOCK (1ULL << 9)
#define FS_MAKE_FIFO (1ULL << 10)
#define FS_MAKE_SYM (1ULL << 12)
#define FS_REFER (1ULL << 13)      // since version 2
#define FS_TRUNCATE (1ULL << 14)   // since version 3
#define FS_IOCTL_DEV (1ULL << 15)  // since version 5
#define NET_BIND_TCP (1ULL << 0)   // since version 4
#define NET_CONNECT_TCP (1ULL << 1)
#define SCOPE_ALL 3ULL  // since version 6: abstract sockets and signals

#define RIGHTS_READ (FS_READ_FILE | FS_READ_DIR)
#define RIGHTS_WRITE                                                                                                                       \
  (FS_WRITE_FILE | FS_REMOVE_DIR | FS_REMOVE_FILE | FS_MAKE_DIR | FS_MAKE_REG | FS_MAKE_SOCK | FS_MAKE_FIFO | FS_MAKE_SYM | FS_REFER |      \
   FS_TRUNCATE)
// A rule on a plain file may not carry rights that only directories have.
#define RIGHTS_OF_FILES (FS_EXECUTE | FS_WRITE_FILE | FS_READ_FILE | FS_TRUNCATE | FS_IOCTL_DEV)

static uint64_t handled_fs(int version) {
  if (version >= 5) return (1ULL << 16) - 1;
  if (version >= 3) return (1ULL << 15) - 1;
  return version == 2 ? (1ULL << 14) - 1 : (1ULL << 13) - 1;
}

static uint64_t rights_named(const char *letters) {
  uint64_t rights = 0;
  if (strchr(letters, 'r') != NULL) rights |= RIGHTS_READ;
  if (strchr(letters, 'l') != NULL) rights |= FS_READ_DIR;
  if (strchr(letters, 'w') != NULL) rights |= RIGHTS_WRITE;
  if (strchr(letters, 'x') != NULL) rights |= FS_EXECUTE;
  return rights;
}

static void add_rule(int ruleset, int type, const void *rule, const char *what) {
  if (syscall(SYS_landlock_add_rule, ruleset, type, rule, 0) != 0) fail("landlock", what);
}

/// For each step of the plan the file or directory it allows, or −1.
static int *allowed;

// Without a private root this happens while we still are the host's user, who may enter folders that the sandbox's user may not.
void landlock_collect(const struct plan *plan) {
  if (plan_find(plan, "landlock") == NULL) return;
  allowed = malloc(plan->count * sizeof *allowed);
  if (allowed == NULL) fail("landlock", "memory");
  for (size_t i = 0; i < plan->count; i++) {
    const struct step *step = &plan->steps[i];
    allowed[i] = step_is(step, "allow") ? open(step->b, O_PATH | O_CLOEXEC) : -1;
    // What is not on this machine need not be allowed.
    if (allowed[i] < 0 && step_is(step, "allow") && errno != ENOENT) fail("landlock", step->b);
  }
}

static void allow_path(int ruleset, int fd, const struct step *step, uint64_t handled) {
  if (fd < 0) return;
  struct stat info;
  if (fstat(fd, &info) != 0) fail("landlock", step->b);
  struct path_beneath_attr rule = {.allowed_access = rights_named(step->a) & handled, .parent_fd = fd};
  if (!S_ISDIR(info.st_mode)) rule.allowed_access &= RIGHTS_OF_FILES;
  add_rule(ruleset, RULE_PATH_BENEATH, &rule, step->b);
  close(fd);
}

static void allow_port(int ruleset, const struct step *step, uint64_t access) {
  struct net_port_attr rule = {.allowed_access = access, .port = step_number(step->a)};
  add_rule(ruleset, RULE_NET_PORT, &rule, step->a);
}

static uint64_t handled_net(const struct plan *plan) {
  uint64_t handled = 0;
  FOR_EACH_STEP(plan, step) {
    if (step_is(step, "tcp")) handled |= strcmp(step->a, "bind") == 0 ? NET_BIND_TCP : NET_CONNECT_TCP;
  }
  return handled;
}

void landlock_engage(const struct plan *plan) {
  const struct step *wanted = plan_find(plan, "landlock");
  if (wanted == NULL) return;
  int version = (int)step_number(wanted->a);
  struct ruleset_attr attributes = {
      .handled_access_fs = handled_fs(version),
      .handled_access_net = version >= 4 ? handled_net(plan) : 0,
      .scoped = version >= 6 ? SCOPE_ALL : 0,
  };
  size_t size = version >= 6 ? 24 : version >= 4 ? 16 : 8;
  int ruleset = (int)syscall(SYS_landlock_create_ruleset, &attributes, size, 0);
  if (ruleset < 0) fail("landlock", "ruleset");
  FOR_EACH_STEP(plan, step) {
    if (step_is(step, "allow")) allow_path(ruleset, allowed[step - plan->steps], step, attributes.handled_access_fs);
    if (step_is(step, "tcp-bind") && version >= 4) allow_port(ruleset, step, NET_BIND_TCP);
    if (step_is(step, "tcp-connect") && version >= 4) allow_port(ruleset, step, NET_CONNECT_TCP);
  }
  if (syscall(SYS_landlock_restrict_self, ruleset, 0) != 0) fail("landlock", "restrict");
  close(ruleset);
  engaged("landlock");
  if (attributes.handled_access_net != 0) engaged("landlock_tcp");
  if (attributes.scoped != 0) engaged("landlock_scope");
}
