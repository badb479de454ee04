// seccomp: system calls nobody in a sandbox has business with. The filter allows by default; what it denies answers EPERM, so that programs
// cope, or ENOSYS where the C library then takes an older call that the filter can look into.
//
//   seccomp  none|loopback|outbound listen   engage; the first word is the network the payload may use, the second whether it may listen
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/netlink.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "stages.h"

#if defined(__x86_64__)
#define NATIVE_ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define NATIVE_ARCH AUDIT_ARCH_AARCH64
#else
#error "the seccomp filter knows x86-64 and arm64"
#endif

// Calls newer than the headers of the oldest system we build on; their numbers are the same on every architecture.
#ifndef SYS_fchmodat2
#define SYS_fchmodat2 452
#endif
#ifndef SYS_open_tree_attr
#define SYS_open_tree_attr 467
#endif

#define FILTER_MAX 512
static struct sock_filter filter[FILTER_MAX];
static unsigned short length;

static const int denied[] = {
    // Other processes
    SYS_ptrace, SYS_process_vm_readv, SYS_process_vm_writev, SYS_pidfd_getfd, SYS_kcmp, SYS_process_madvise,
    // New namespaces, mounts and roots
    SYS_unshare, SYS_setns, SYS_mount, SYS_umount2, SYS_pivot_root, SYS_chroot, SYS_move_mount, SYS_open_tree, SYS_open_tree_attr, SYS_fsopen,
    SYS_fsconfig, SYS_fsmount, SYS_fspick, SYS_mount_setattr, SYS_open_by_handle_at, SYS_name_to_handle_at,
    // Parts of the kernel with a history
    SYS_io_uring_setup, SYS_io_uring_enter, SYS_io_uring_register, SYS_bpf, SYS_userfaultfd, SYS_perf_event_open, SYS_keyctl, SYS_add_key,
    SYS_request_key, SYS_fanotify_init, SYS_lookup_dcookie, SYS_memfd_secret, SYS_vmsplice,
    // The machine
    SYS_kexec_load, SYS_kexec_file_load, SYS_reboot, SYS_init_module, SYS_finit_module, SYS_delete_module, SYS_swapon, SYS_swapoff, SYS_acct,
    SYS_quotactl, SYS_quotactl_fd, SYS_settimeofday, SYS_clock_settime, SYS_clock_adjtime, SYS_adjtimex, SYS_syslog, SYS_sethostname,
    SYS_setdomainname, SYS_vhangup, SYS_nfsservctl, SYS_personality,
#if defined(__x86_64__)
    SYS_iopl, SYS_ioperm, SYS_modify_ldt, SYS__sysctl, SYS_uselib, SYS_create_module,
#endif
};

static void emit(struct sock_filter instruction) {
  if (length == FILTER_MAX) {
    errno = E2BIG;
    fail("seccomp", "filter too long");
  }
  filter[length++] = instruction;
}

static void load(size_t offset) { emit((struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset)); }
static void load_number(void) { load(offsetof(struct seccomp_data, nr)); }
// Both architectures are little-endian: the low half of an argument comes first.
static void load_argument(int index) { load(offsetof(struct seccomp_data, args) + 8 * (size_t)index); }
static void answer(uint32_t action) { emit((struct sock_filter)BPF_STMT(BPF_RET | BPF_K, action)); }
static void skip_unless_equal(uint32_t value, uint8_t skip) { emit((struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, skip)); }
static void skip_unless_any_bit(uint32_t bits, uint8_t skip) { emit((struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, bits, 0, skip)); }

static void deny(int number, int error) {
  skip_unless_equal((uint32_t)number, 1);
  answer(SECCOMP_RET_ERRNO | (uint32_t)error);
}

/// Denies a call when any of these bits is set in one of its arguments.
static void deny_bits(int number, int argument, uint32_t bits) {
  skip_unless_equal((uint32_t)number, 4);
  load_argument(argument);
  skip_unless_any_bit(bits, 1);
  answer(SECCOMP_RET_ERRNO | EPERM);
  load_number();
}

/// Denies creating a file with these mode bits: the mode counts only when the flags say "create".
static void deny_create_bits(int number, int flags, int mode, uint32_t bits) {
  skip_unless_equal((uint32_t)number, 6);
  load_argument(flags);
  skip_unless_any_bit(O_CREAT | __O_TMPFILE, 3);
  load_argument(mode);
  skip_unless_any_bit(bits, 1);
  answer(SECCOMP_RET_ERRNO | EPERM);
  load_number();
}

static void deny_ioctl(uint32_t command) {
  skip_unless_equal(SYS_ioctl, 4);
  load_argument(1);
  skip_unless_equal(command, 1);
  answer(SECCOMP_RET_ERRNO | EPERM);
  load_number();
}

static void check_architecture(void) {
  load(offsetof(struct seccomp_data, arch));
  emit((struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, NATIVE_ARCH, 1, 0));
  answer(SECCOMP_RET_KILL_PROCESS);
  load_number();
#if defined(__x86_64__)
  // The x32 interface has numbers of its own for everything below.
  emit((struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1));
  answer(SECCOMP_RET_KILL_PROCESS);
#endif
}

static void deny_setuid_files(void) {
  const uint32_t bits = S_ISUID | S_ISGID;
#if defined(__x86_64__)
  deny_bits(SYS_chmod, 1, bits);
  deny_bits(SYS_creat, 1, bits);
  deny_create_bits(SYS_open, 1, 2, bits);
#endif
  deny_bits(SYS_fchmod, 1, bits);
  deny_bits(SYS_fchmodat, 2, bits);
  deny_bits(SYS_fchmodat2, 2, bits);
  deny_create_bits(SYS_openat, 2, 3, bits);
  deny(SYS_openat2, ENOSYS);  // its mode lies in memory, where a filter cannot look
}

/// Allows socket() for `family`; with `stream_only`, only for TCP.
static void allow_family(int family, bool stream_only) {
  load_argument(0);
  if (!stream_only) {
    skip_unless_equal((uint32_t)family, 1);
    answer(SECCOMP_RET_ALLOW);
    return;
  }
  skip_unless_equal((uint32_t)family, 4);
  load_argument(1);
  emit((struct sock_filter)BPF_STMT(BPF_ALU | BPF_AND | BPF_K, 0xf));  // without SOCK_CLOEXEC and SOCK_NONBLOCK
  skip_unless_equal(SOCK_STREAM, 1);
  answer(SECCOMP_RET_ALLOW);
}

/// Allows socket() for asking about routes, which looking up names does; not for the kernel's other services on netlink.
static void allow_route_socket(void) {
  load_argument(0);
  skip_unless_equal(AF_NETLINK, 3);
  load_argument(2);
  skip_unless_equal(NETLINK_ROUTE, 1);
  answer(SECCOMP_RET_ALLOW);
}

/// Must come last: for socket() it decides.
static void limit_sockets(const char *network, bool may_listen) {
  // Landlock limits bind(); a socket that listens without it gets a port from the kernel.
  if (!may_listen) deny(SYS_listen, EPERM);
  if (strcmp(network, "none") == 0) {
    deny(SYS_socket, EPERM);
    answer(SECCOMP_RET_ALLOW);
    return;
  }
  bool stream_only = strcmp(network, "loopback") == 0;
  emit((struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_socket, 1, 0));
  answer(SECCOMP_RET_ALLOW);
  allow_family(AF_UNIX, false);
  allow_family(AF_INET, stream_only);
  allow_family(AF_INET6, stream_only);
  if (!stream_only) allow_route_socket();
  answer(SECCOMP_RET_ERRNO | EPERM);
}

void seccomp_engage(const struct plan *plan) {
  const struct step *wanted = plan_find(plan, "seccomp");
  if (wanted == NULL) return;
  const uint32_t namespaces = CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET;
  check_architecture();
  for (size_t i = 0; i < sizeof denied / sizeof *denied; i++) deny(denied[i], EPERM);
  deny(SYS_clone3, ENOSYS);  // its flags lie in memory; C libraries then call clone
  deny_bits(SYS_clone, 0, namespaces);
  deny_ioctl(TIOCSTI);
  deny_ioctl(TIOCLINUX);
  deny_setuid_files();
  limit_sockets(wanted->a, strcmp(wanted->b, "listen") == 0);
  struct sock_fprog program = {.len = length, .filter = filter};
  if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) != 0) fail("seccomp", "filter");
  engaged("seccomp");
}
