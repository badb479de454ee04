// What the first process of a sandbox tells the host, through the status pipe.
#ifndef HIVE_SANDBOX_STATUS_H
#define HIVE_SANDBOX_STATUS_H

#include <stdint.h>

enum hive_status_kind {
  HIVE_STATUS_RUNNING = 1,  ///< the payload has been executed; `detail` lists the layers that hold it
  HIVE_STATUS_FAILED = 2,   ///< it never ran: `detail` is the stage and what it was about, `value` is errno
  HIVE_STATUS_EXITED = 3,   ///< it ended: `value` is its status in the form of waitpid(2), `detail` its largest resident size in KiB, or 0
};

/// One message. Smaller than PIPE_BUF, so it arrives whole.
struct hive_status {
  uint32_t kind;
  int32_t value;
  char detail[248];
};

/// The descriptors of the sandbox's first process. 0–3 are the payload's.
enum hive_init_descriptor {
  HIVE_SOCKET_FD = 3,
  HIVE_PLAN_FD = 4,    ///< memory file: the plan, as NUL-terminated words, three for each step
  HIVE_STATUS_FD = 5,  ///< pipe: struct hive_status records
  HIVE_GO_FD = 6,      ///< pipe: one byte says that the identity maps are written; end of file means give up
  HIVE_LOCK_FD = 7,    ///< the run lock, shared, or closed: held for as long as anything lives in the sandbox, and never the payload's
  HIVE_MOUNT_FD = 8,   ///< the first of the descriptors that the plan's `mount` and `program` steps count from
};

#endif
