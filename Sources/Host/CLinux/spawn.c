// Starting a process without copying the caller's memory. Between clone and exec the child runs on the caller's memory while the caller's
// thread waits: it may only make system calls, on its own stack, and never allocate, lock or return.
#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define STACK_BYTES (64 * 1024)

// The cgroup namespace comes later, when the child is in the cgroup that is to be its root.
const uint64_t hive_sandbox_namespaces = CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWUTS;
const uint64_t hive_network_namespace = CLONE_NEWNET;

struct child_context {
  const struct hive_spawn_request *request;
  enum hive_spawn_stage failed;
  int error;
};

static int fail(struct child_context *context, enum hive_spawn_stage stage) {
  context->failed = stage;
  context->error = errno;
  _exit(127);
}

static void reset_signals(void) {
  struct sigaction standard = {.sa_handler = SIG_DFL};
  for (int number = 1; number < NSIG; number++) sigaction(number, &standard, NULL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
}

/// What is about to be placed is first moved above the places, so that placing one never overwrites another.
static int place_descriptors(const struct hive_spawn_request *request, int *program) {
  const int count = request->descriptor_count;
  int moved[HIVE_SPAWN_FD_MAX];
  if (*program < count && (*program = fcntl(*program, F_DUPFD, count)) < 0) return -1;
  for (int i = 0; i < count; i++) {
    int wanted = request->descriptors[i];
    moved[i] = wanted < 0 || wanted >= count ? wanted : fcntl(wanted, F_DUPFD, count);
    if (wanted >= 0 && moved[i] < 0) return -1;
  }
  for (int i = 0; i < count; i++) {
    if (moved[i] < 0) {
      close(i);
    } else if (dup2(moved[i], i) < 0) {
      return -1;
    }
  }
  // The program's own descriptor must live until it is executed.
  return close_range((unsigned)count, ~0U, CLOSE_RANGE_CLOEXEC);
}

// In a fresh user namespace the child holds every capability but would lose them by exec, because no user is mapped yet. Ambient capabilities
// survive; these four are what building the sandbox needs. They are gone before the payload runs.
static int keep_capabilities(void) {
  static const int needed[] = {CAP_SYS_ADMIN, CAP_SETUID, CAP_SETGID, CAP_SETPCAP};
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
  struct __user_cap_data_struct data[2] = {0};
  for (unsigned i = 0; i < sizeof needed / sizeof *needed; i++) {
    data[0].permitted |= 1U << needed[i];
  }
  data[0].effective = data[0].inheritable = data[0].permitted;
  if (syscall(SYS_capset, &header, data) != 0) return -1;
  for (unsigned i = 0; i < sizeof needed / sizeof *needed; i++) {
    if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, needed[i], 0, 0) != 0) return -1;
  }
  return 0;
}

static int child_main(void *argument) {
  struct child_context *context = argument;
  const struct hive_spawn_request *request = context->request;
  prctl(PR_SET_PDEATHSIG, request->parent_death_signal, 0, 0, 0);
  reset_signals();
  setsid();
  int program = request->program;
  if (place_descriptors(request, &program) != 0) return fail(context, HIVE_SPAWN_DESCRIPTORS);
  if ((request->namespaces & CLONE_NEWUSER) && keep_capabilities() != 0) return fail(context, HIVE_SPAWN_CAPABILITIES);
  char name[] = "hivecore-sandbox-init";
  char *arguments[] = {name, NULL}, *environment[] = {NULL};
  syscall(SYS_execveat, program, "", arguments, environment, AT_EMPTY_PATH);
  return fail(context, HIVE_SPAWN_EXECUTE);
}

struct hive_spawned hive_spawn(const struct hive_spawn_request *request) {
  struct hive_spawned result = {.pid = -1, .pidfd = -1};
  if (request->descriptor_count > HIVE_SPAWN_FD_MAX) {
    result.failed = HIVE_SPAWN_DESCRIPTORS;
    result.error = E2BIG;
    return result;
  }
  char *stack = mmap(NULL, STACK_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
  if (stack == MAP_FAILED) {
    result.failed = HIVE_SPAWN_CLONE;
    result.error = errno;
    return result;
  }
  struct child_context context = {.request = request};
  // No handler of the host may run in the child, on shared memory.
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  int flags = CLONE_VM | CLONE_VFORK | CLONE_PIDFD | SIGCHLD | (int)request->namespaces;
  result.pid = clone(child_main, stack + STACK_BYTES, flags, &context, &result.pidfd);
  int clone_error = errno;
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  munmap(stack, STACK_BYTES);

  if (result.pid < 0) {
    result.failed = HIVE_SPAWN_CLONE;
    result.error = clone_error;
  } else if (context.failed != HIVE_SPAWN_SUCCEEDED) {
    result.failed = context.failed;
    result.error = context.error;
    waitpid(result.pid, NULL, 0);
    close(result.pidfd);
    result.pid = result.pidfd = -1;
  }
  return result;
}
