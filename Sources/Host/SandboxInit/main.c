// The first process of a sandbox. The host starts it in fresh namespaces; it builds the private root, gives up every privilege, starts the
// payload inside, and then only reaps, forwards TERM and reports how the payload ended. It is a program of its own because the host's memory,
// with all its secrets, must not live on in a sandboxed process.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "CLinux.h"
#include "stages.h"

static void await_go(void) {
  char byte;
  ssize_t count;
  do {
    count = read(HIVE_GO_FD, &byte, 1);
  } while (count < 0 && errno == EINTR);
  if (count != 1) _exit(0);  // the host is gone or gave up
  close(HIVE_GO_FD);
}

/// Runs in the payload's process; what goes wrong is written to `errors`, which exec closes.
_Noreturn static void start_payload(const struct plan *plan, int errors) {
  limits_set(plan);
  payload_execute(plan);
  int error = errno;
  if (write(errors, &error, sizeof error) != sizeof error) _exit(126);
  _exit(127);
}

static pid_t run_payload(const struct plan *plan) {
  int errors[2];
  if (pipe2(errors, O_CLOEXEC) != 0) fail("exec", "pipe");
  pid_t payload = fork();
  if (payload < 0) fail("exec", "fork");
  if (payload == 0) start_payload(plan, errors[1]);
  close(errors[1]);
  int error = 0;
  ssize_t count;
  do {
    count = read(errors[0], &error, sizeof error);
  } while (count < 0 && errno == EINTR);
  close(errors[0]);
  if (count == sizeof error) {
    errno = error;
    fail("exec", plan_find(plan, "exec")->a);
  }
  return payload;
}

int main(void) {
  supervise_prepare();
  fcntl(HIVE_STATUS_FD, F_SETFD, FD_CLOEXEC);
  await_go();
  struct plan plan = plan_read(HIVE_PLAN_FD);
  close(HIVE_PLAN_FD);
  if (plan_find(&plan, "exec") == NULL) fail("plan", "no exec step");

  privileges_limit_gain();
  cgroup_namespace_enter(&plan);
  bool private_root = plan_find(&plan, "root") != NULL;
  if (private_root) {
    root_collect(&plan);
  } else {
    landlock_collect(&plan);
  }
  identity_assume(&plan);
  root_build(&plan);
  if (private_root) landlock_collect(&plan);
  privileges_drop();
  privileges_follow_host();
  landlock_engage(&plan);
  seccomp_engage(&plan);

  // Nothing of this process is for the payload to read, and the payload's descriptors are not for this process to hold open.
  prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  pid_t payload = run_payload(&plan);
  for (int fd = 0; fd <= HIVE_SOCKET_FD; fd++) close(fd);
  report_running();
  supervise(payload);
}
