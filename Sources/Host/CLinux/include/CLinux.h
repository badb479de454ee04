// What Swift cannot say to the kernel by itself: clone with a shared address space, and a few system calls without a C function.
#ifndef HIVE_CLINUX_H
#define HIVE_CLINUX_H

#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/types.h>

#include "SandboxStatus.h"

/// How many descriptors a sandbox's first process may get: its eight (SandboxStatus.h), then detached mounts.
#define HIVE_SPAWN_FD_MAX 512

struct hive_spawn_request {
  int program;                         ///< a descriptor of the sandbox's first process, so that no folder on its path can keep it from starting
  const int *_Nonnull descriptors;     ///< what becomes descriptor 0, 1, 2, …; −1 leaves a number closed
  int descriptor_count;                ///< at most HIVE_SPAWN_FD_MAX
  uint64_t namespaces;                 ///< CLONE_NEW… flags
  int parent_death_signal;             ///< sent to the child when the *thread* that spawned it ends
};

/// How far starting a process came before it failed.
enum hive_spawn_stage {
  HIVE_SPAWN_SUCCEEDED = 0,
  HIVE_SPAWN_CLONE,
  HIVE_SPAWN_DESCRIPTORS,
  HIVE_SPAWN_CAPABILITIES,
  HIVE_SPAWN_EXECUTE,
};

struct hive_spawned {
  pid_t pid;
  int pidfd;
  enum hive_spawn_stage failed;        ///< set when no child is left
  int error;                           ///< errno of that stage
};

/// Starts one process by clone(CLONE_VM | CLONE_VFORK | CLONE_PIDFD): its cost does not grow with the caller's memory. The caller's thread waits
/// until the child has executed the program, with an empty environment, its own session, default signal handling and no other descriptor.
/// Call it from one thread that never ends.
struct hive_spawned hive_spawn(const struct hive_spawn_request *_Nonnull request);

/// Writes the identity maps of a fresh user namespace: `inside` within is `uid`/`gid` outside. 0, or errno.
int hive_map_identity(pid_t pid, uint32_t inside, uint32_t uid, uint32_t gid);

/// The namespaces of every sandbox, and the one more for what has no network.
extern const uint64_t hive_sandbox_namespaces, hive_network_namespace;

/// A pipe whose ends do not survive an exec. 0, or errno.
int hive_pipe(int *_Nonnull read_end, int *_Nonnull write_end);

/// Executes another program in place of this one, with no signal blocked and a broken pipe deadly again, as a program that a shell starts. Its
/// errno, when it cannot.
int hive_execute(const char *_Nonnull path, char *_Nullable const *_Nonnull arguments);

/// Names the calling thread, for debuggers, and lets writing to a closed pipe fail with EPIPE there instead of killing the process.
void hive_prepare_thread(const char *_Nonnull name);

/// A detached copy of the mounts at a path, for a sandbox to attach: neither setuid nor propagation, device nodes only when asked for. Needs
/// CAP_SYS_ADMIN; works for paths that the sandbox's user could not enter. A descriptor, or −errno.
int hive_clone_mount(const char *_Nonnull path, int read_only, int devices);

/// The value of an extended attribute is the text "1". For cgroups: whether systemd has delegated them.
int hive_attribute_is_set(const char *_Nonnull path, const char *_Nonnull name);

/// Opens a directory below `root` without ever leaving it, not even through links. A descriptor good for naming only, or −errno.
int hive_open_beneath(const char *_Nonnull root, const char *_Nonnull path);

/// Sends a signal to the process behind a pidfd. 0, or errno.
int hive_pidfd_signal(int pidfd, int signal);

/// Takes the exit status of the child behind a pidfd, in the form of waitpid(2). 1 = taken, 0 = still running, −1 = no such child.
int hive_pidfd_reap(int pidfd, int *_Nonnull wait_status);

/// The kernel's Landlock version, or −errno when there is none.
int hive_landlock_version(void);

/// Gives a directory tree to a user, when its top is not already theirs. Follows no link, enters no other file system, and goes at most 64 levels
/// deep. `directory` is a descriptor; it stays open. 0, or errno.
int hive_give_tree(int directory, uint32_t uid, uint32_t gid);

/// Tells a service manager something: `address` is a path, or "@name" for an abstract socket. 0, or errno.
int hive_notify(const char *_Nonnull address, const char *_Nonnull text);

/// Checks that an inherited descriptor is a listening stream socket, and keeps it from being inherited further. 0, or errno.
int hive_adopt_listener(int fd);

/// A sealed-size memory file holding these bytes, at offset 0, or −errno.
int hive_memory_file(const void *_Nonnull bytes, size_t count);

#endif
