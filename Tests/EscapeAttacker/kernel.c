// Attacks by namespaces, mounts and the parts of the kernel with a history.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/io_uring.h>
#include <linux/perf_event.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/klog.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "attacks.h"

static int user_namespace(const struct world *world) {
  (void)world;
  return outcome(unshare(CLONE_NEWUSER));
}

static int user_namespace_by_clone(const struct world *world) {
  (void)world;
  long child = syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, NULL, NULL, NULL, NULL);
  if (child == 0) _exit(0);
  if (child > 0) waitpid((pid_t)child, NULL, 0);
  return outcome(child);
}

static int network_namespace(const struct world *world) {
  (void)world;
  return outcome(unshare(CLONE_NEWNET));
}

static int enter_namespace(const struct world *world) {
  (void)world;
  int fd = open("/proc/self/ns/uts", O_RDONLY);
  return fd < 0 ? errno : outcome(setns(fd, 0));
}

static int mount_something(const struct world *world) {
  (void)world;
  mkdir("mounted", 0700);
  int result = outcome(mount("tmpfs", "mounted", "tmpfs", 0, NULL));
  if (result == 0) umount2("mounted", MNT_DETACH);
  rmdir("mounted");
  return result;
}

static int unmount_something(const struct world *world) {
  (void)world;
  // Without the right to unmount the answer comes before the look at the place.
  int result = outcome(umount2(".", MNT_DETACH));
  return result == EINVAL ? 0 : result;
}

static int copy_mount(const struct world *world) {
  (void)world;
  return outcome(syscall(SYS_open_tree, AT_FDCWD, "/", OPEN_TREE_CLONE));
}

static int new_mount_interface(const struct world *world) {
  (void)world;
  return outcome(syscall(SYS_fsopen, "tmpfs", 0));
}

static int change_root(const struct world *world) {
  (void)world;
  return outcome(chroot("."));
}

static int io_ring(const struct world *world) {
  (void)world;
  struct io_uring_params parameters = {0};
  return outcome(syscall(SYS_io_uring_setup, 1, &parameters));
}

static int key_ring(const struct world *world) {
  (void)world;
  return outcome(syscall(SYS_add_key, "user", "hivecore-escape", "x", 1, -2 /* of this process */));
}

static int key_of_session(const struct world *world) {
  (void)world;
  return outcome(syscall(SYS_keyctl, 0 /* get */, -3 /* of the session */, 1, 0, 0));
}

static int bpf_map(const struct world *world) {
  (void)world;
  union bpf_attr attributes = {.map_type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = 4, .max_entries = 1};
  return outcome(syscall(SYS_bpf, BPF_MAP_CREATE, &attributes, sizeof attributes));
}

static int user_fault(const struct world *world) {
  (void)world;
  return outcome(syscall(SYS_userfaultfd, O_CLOEXEC | 1 /* user mode only */));
}

static int performance_events(const struct world *world) {
  (void)world;
  struct perf_event_attr attributes = {.type = PERF_TYPE_SOFTWARE, .size = sizeof attributes, .config = PERF_COUNT_SW_DUMMY};
  return outcome(syscall(SYS_perf_event_open, &attributes, 0, -1, -1, 0));
}

static int kernel_log(const struct world *world) {
  (void)world;
  return outcome(klogctl(10 /* size of the buffer */, NULL, 0));
}

static int set_clock(const struct world *world) {
  (void)world;
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return outcome(clock_settime(CLOCK_REALTIME, &now));
}

static int name_machine(const struct world *world) {
  (void)world;
  char name[256];
  if (gethostname(name, sizeof name) != 0) return errno;
  return outcome(sethostname(name, strlen(name)));
}

static int old_interface(const struct world *world) {
  (void)world;
#if defined(__x86_64__)
  long answer;
  __asm__ volatile("int $0x80" : "=a"(answer) : "a"(20L /* getpid */) : "memory", "r8", "r9", "r10", "r11");
  return answer > 0 ? 0 : (int)-answer;
#else
  raise(SIGSYS);  // this processor has no other interface
  return 0;
#endif
}

const struct named_attack kernel_attacks[] = {
    {"make a user namespace", user_namespace},
    {"make a user namespace by clone", user_namespace_by_clone},
    {"make a network namespace", network_namespace},
    {"enter a namespace", enter_namespace},
    {"mount a file system", mount_something},
    {"take a mount away", unmount_something},
    {"copy a mount", copy_mount},
    {"mount by the new interface", new_mount_interface},
    {"change the root", change_root},
    {"make an io_uring", io_ring},
    {"store a key in the kernel", key_ring},
    {"look at the session's keys", key_of_session},
    {"load bpf", bpf_map},
    {"handle page faults by userfaultfd", user_fault},
    {"count events by perf", performance_events},
    {"read the kernel's log", kernel_log},
    {"set the clock", set_clock},
    {"name the machine", name_machine},
    {"call the kernel by another interface", old_interface},
    {NULL, NULL},
};
