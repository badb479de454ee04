// The payload's process, from fork to exec.
//
//   exec    path —
//   arg     word —       argv, in order, argv[0] included
//   env     K=V —        the whole environment
//   socket  — —          descriptor 3 stays open
//   program number —     the program is also the n-th of the descriptors from HIVE_MOUNT_FD
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "CLinux.h"
#include "stages.h"

static char **words(const struct plan *plan, const char *key) {
  char **list = calloc(plan->count + 1, sizeof *list);
  if (list == NULL) return NULL;
  size_t count = 0;
  FOR_EACH_STEP(plan, step) {
    if (step_is(step, key)) list[count++] = (char *)step->a;
  }
  return list;
}

void payload_execute(const struct plan *plan) {
  char **arguments = words(plan, "arg"), **environment = words(plan, "env");
  if (arguments == NULL || environment == NULL) return;
  prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
  if (plan_find(plan, "socket") == NULL) close(HIVE_SOCKET_FD);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  // Everything from here on closes by itself: the status pipe, and the pipe that reports a failed exec.
  if (close_range(HIVE_SOCKET_FD + 1, ~0U, CLOSE_RANGE_CLOEXEC) != 0) return;
  execve(plan_find(plan, "exec")->a, arguments, environment);
  // By its path the process has its usual name; where a folder is closed to us, there is the descriptor.
  const struct step *program = plan_find(plan, "program");
  if (errno == EACCES && program != NULL) {
    syscall(SYS_execveat, HIVE_MOUNT_FD + (int)step_number(program->a), "", arguments, environment, AT_EMPTY_PATH);
  }
}
