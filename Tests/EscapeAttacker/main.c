// A program that tries to break out of where it runs.
//
//   EscapeAttacker attack BASE VICTIM TCP UDP ABSTRACT OWN   every attack, one line each: its name, a tab, and 0, an errno, or "signal N";
//                                                            OWN is the highest descriptor that is rightly open
//   EscapeAttacker targets BASE ABSTRACT                     what the attacks want to reach
//   EscapeAttacker wait                                      sits there, to be attacked
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "attacks.h"

#define ATTACK_SECONDS_MAX 20

int outcome(long result) { return result == -1 ? errno : 0; }

static int find_leak(int own) {
  for (int fd = own + 1; fd < 1024; fd++) {
    if (fcntl(fd, F_GETFD) >= 0) return fd;
  }
  return -1;
}

/// In a process of its own: an attack may end badly.
static void carry_out(const struct named_attack *attack, const struct world *world) {
  int answer[2];
  if (pipe2(answer, O_CLOEXEC) != 0) exit(1);
  pid_t pid = fork();
  if (pid == 0) {
    alarm(ATTACK_SECONDS_MAX);
    int result = attack->run(world);
    _exit(write(answer[1], &result, sizeof result) == sizeof result ? 0 : 1);
  }
  close(answer[1]);
  int result, status;
  bool told = pid > 0 && read(answer[0], &result, sizeof result) == sizeof result;
  close(answer[0]);
  if (pid > 0) waitpid(pid, &status, 0);
  if (told) {
    printf("%s\t%d\n", attack->name, result);
  } else {
    printf("%s\tsignal %d\n", attack->name, pid > 0 && WIFSIGNALED(status) ? WTERMSIG(status) : 0);
  }
  fflush(stdout);
}

int main(int count, char **words) {
  if (count == 2 && strcmp(words[1], "wait") == 0) {
    prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY, 0, 0, 0);
    printf("waiting\n");
    fflush(stdout);
    for (;;) pause();
  }
  if (count == 4 && strcmp(words[1], "targets") == 0) serve_targets(words[2], words[3]);
  if (count != 8 || strcmp(words[1], "attack") != 0) return 64;
  struct world world = {
      .base = words[2], .victim = atoi(words[3]), .tcp_port = atoi(words[4]), .udp_port = atoi(words[5]), .abstract = words[6],
      .leaked = find_leak(atoi(words[7]))};
  const struct named_attack *all[] = {process_attacks, file_attacks, network_attacks, kernel_attacks, limit_attacks};
  for (size_t group = 0; group < sizeof all / sizeof *all; group++) {
    for (const struct named_attack *attack = all[group]; attack->name != NULL; attack++) carry_out(attack, &world);
  }
  return 0;
}
