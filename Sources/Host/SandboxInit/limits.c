// Resource limits of the payload and everything it starts.
//
//   limit  name number
#define _GNU_SOURCE
#include <errno.h>
#include <string.h>
#include <sys/resource.h>

#include "stages.h"

static const struct {
  const char *name;
  int resource;
} known[] = {
    {"address_space", RLIMIT_AS}, {"data", RLIMIT_DATA},     {"processes", RLIMIT_NPROC}, {"files", RLIMIT_NOFILE},
    {"cpu", RLIMIT_CPU},          {"file_size", RLIMIT_FSIZE}, {"core", RLIMIT_CORE},
};

static void set_limit(const struct step *step) {
  for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
    if (strcmp(known[i].name, step->a) != 0) continue;
    rlim_t wanted = (rlim_t)step_number(step->b);
    struct rlimit limit;
    if (getrlimit(known[i].resource, &limit) == 0 && limit.rlim_max < wanted) wanted = limit.rlim_max;
    limit.rlim_cur = wanted;
    // The signal for used-up CPU time can be caught; a second later there is no mercy.
    limit.rlim_max = known[i].resource == RLIMIT_CPU && wanted < limit.rlim_max ? wanted + 1 : wanted;
    (void)setrlimit(known[i].resource, &limit);  // lowering a limit is always allowed
    return;
  }
}

void limits_set(const struct plan *plan) {
  FOR_EACH_STEP(plan, step) {
    if (step_is(step, "limit")) set_limit(step);
  }
}
