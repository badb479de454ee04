// Who the sandbox is, and what it may never become.
//
//   user      uid gid     assume this user and group; of the user namespace if there is one
//   hostname  name —      in its own UTS namespace
//   cgroup    — —         a cgroup namespace, whose root is the cgroup the host has put us into
#define _GNU_SOURCE
#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "CLinux.h"
#include "stages.h"

// The bounding set limits what any later exec could gain. Without CAP_SETPCAP it cannot be emptied; no_new_privs then does its work.
void privileges_limit_gain(void) {
  bool emptied = true;
  for (unsigned long capability = 0; capability < 64; capability++) {
    if (prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0 && errno == EPERM) emptied = false;
  }
  if (emptied) engaged("bounding_set");
}

void cgroup_namespace_enter(const struct plan *plan) {
  if (plan_find(plan, "cgroup") != NULL && unshare(CLONE_NEWCGROUP) != 0) fail("cgroup", "namespace");
}

void identity_assume(const struct plan *plan) {
  const struct step *user = plan_find(plan, "user");
  if (user != NULL) {
    gid_t gid = (gid_t)step_number(user->b);
    uid_t uid = (uid_t)step_number(user->a);
    // Refused in an ordinary user's namespace, where the groups left over are the host's own.
    if (setgroups(0, NULL) != 0 && errno != EPERM) fail("identity", "setgroups");
    if (setresgid(gid, gid, gid) != 0) fail("identity", "setresgid");
    if (setresuid(uid, uid, uid) != 0) fail("identity", "setresuid");
    engaged("identity");
  }
  const struct step *hostname = plan_find(plan, "hostname");
  if (hostname != NULL && sethostname(hostname->a, __builtin_strlen(hostname->a)) != 0) fail("hostname", hostname->a);
}

void privileges_drop(void) {
  prctl(PR_SET_SECUREBITS, SECBIT_NOROOT | SECBIT_NOROOT_LOCKED | SECBIT_NO_CAP_AMBIENT_RAISE | SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED, 0, 0, 0);
  prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
  struct __user_cap_data_struct none[2] = {0};
  if (syscall(SYS_capset, &header, none) != 0) fail("capabilities", "capset");
  engaged("capabilities");
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) fail("no_new_privs", "prctl");
  engaged("no_new_privs");
}

void privileges_follow_host(void) {
  // Changing user forgot the parent-death signal. As first process of a pid namespace our death is everybody's; otherwise SIGUSR1 asks us to
  // kill what we started first.
  prctl(PR_SET_PDEATHSIG, getpid() == 1 ? SIGKILL : SIGUSR1, 0, 0, 0);
  struct pollfd status = {.fd = HIVE_STATUS_FD};
  if (poll(&status, 1, 0) == 1 && (status.revents & POLLERR)) _exit(0);  // it died before we asked
}
