// The life of the sandbox's first process once the payload runs.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "stages.h"

static sigset_t awaited;

void supervise_prepare(void) {
  sigemptyset(&awaited);
  sigaddset(&awaited, SIGCHLD);
  sigaddset(&awaited, SIGTERM);
  sigaddset(&awaited, SIGUSR1);
  // Reporting to a host that is gone must fail, not kill.
  sigset_t blocked = awaited;
  sigaddset(&blocked, SIGPIPE);
  sigprocmask(SIG_SETMASK, &blocked, NULL);
  // Without a pid namespace orphans come to us, not to the machine's init.
  prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
}

/// Kills our children, as the kernel lists them. Orphans of the killed become our children, so this is repeated until none is left.
static void kill_children(void) {
  char path[64];
  snprintf(path, sizeof path, "/proc/self/task/%d/children", getpid());
  FILE *list = fopen(path, "re");
  if (list == NULL) return;
  int child;
  while (fscanf(list, "%d", &child) == 1) kill(child, SIGKILL);
  fclose(list);
}

_Noreturn static void finish(int wait_status, long peak_kib) {
  report_exited(wait_status, peak_kib);
  // The kernel kills a pid namespace together with its first process.
  if (getpid() != 1) {
    do {
      kill_children();
    } while (waitpid(-1, NULL, 0) > 0 || errno == EINTR);
  }
  _exit(WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : 128 + WTERMSIG(wait_status));
}

static void reap(pid_t payload) {
  int status;
  struct rusage usage;
  for (pid_t pid; (pid = wait4(-1, &status, WNOHANG, &usage)) > 0;) {
    if (pid == payload) finish(status, usage.ru_maxrss);
  }
}

void supervise(pid_t payload) {
  for (;;) {
    reap(payload);
    switch (sigwaitinfo(&awaited, NULL)) {
      case SIGTERM:
        kill(payload, SIGTERM);
        break;
      case SIGUSR1:
        finish(SIGKILL, 0);
      default:
        break;
    }
  }
}
