// What <spawn.h> of glibc has only for programs that define _GNU_SOURCE, which Swift's own module of it does not.
#ifndef HIVE_CSPAWN_H
#define HIVE_CSPAWN_H

#include <spawn.h>

/// The child changes to a directory. 0, or an error number.
int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t *_Nonnull actions, const char *_Nonnull path);

/// The child closes every descriptor from this number on. 0, or an error number.
int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *_Nonnull actions, int from);

#endif
