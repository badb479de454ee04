// The stages that turn this process into the first process of a sandbox, and how they report.
#ifndef STAGES_H
#define STAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/// One step of the plan: a keyword and two words about it. What each keyword means is said beside the stage that reads it.
struct step {
  const char *key, *a, *b;
};

struct plan {
  struct step *steps;
  size_t count;
};

struct plan plan_read(int fd);
const struct step *plan_find(const struct plan *plan, const char *key);

#define FOR_EACH_STEP(plan, name) for (const struct step *name = (plan)->steps; name < (plan)->steps + (plan)->count; name++)
bool step_is(const struct step *step, const char *key);
uint64_t step_number(const char *word);

/// Notes that a layer holds; the host shows the list.
void engaged(const char *layer);
void report_running(void);
void report_exited(int wait_status, long peak_kib);
/// Reports "stage: what" with errno and ends this process.
_Noreturn void fail(const char *stage, const char *what);

void root_collect(const struct plan *plan);
void root_build(const struct plan *plan);
void identity_assume(const struct plan *plan);
void privileges_limit_gain(void);
void privileges_drop(void);
void privileges_follow_host(void);
void limits_set(const struct plan *plan);
void cgroup_namespace_enter(const struct plan *plan);
void landlock_collect(const struct plan *plan);
void landlock_engage(const struct plan *plan);
void seccomp_engage(const struct plan *plan);

/// Executes the payload. Returns only when that failed, with errno set.
void payload_execute(const struct plan *plan);
/// Reaps, forwards TERM, and ends this process when the payload has ended and nothing else is left.
_Noreturn void supervise(pid_t payload);
/// Blocks the signals that `supervise` waits for.
void supervise_prepare(void);

#endif
