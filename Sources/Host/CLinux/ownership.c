// Giving a directory tree to another user, by descriptors: nobody can swap a directory for a link while we walk.
#define _GNU_SOURCE
#include "CLinux.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DEPTH_MAX 64

struct owner {
  uid_t uid;
  gid_t gid;
  dev_t device;
};

static int give_directory(int fd, const struct owner *owner, int depth);

static int give_entry(int directory, const char *name, const struct owner *owner, int depth) {
  struct stat info;
  if (fstatat(directory, name, &info, AT_SYMLINK_NOFOLLOW) != 0) return errno == ENOENT ? 0 : errno;
  if (info.st_dev != owner->device) return 0;
  if (!S_ISDIR(info.st_mode)) return fchownat(directory, name, owner->uid, owner->gid, AT_SYMLINK_NOFOLLOW) == 0 ? 0 : errno;
  int fd = openat(directory, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  return fd < 0 ? errno : give_directory(fd, owner, depth + 1);
}

/// Closes `fd`. Contents first: the directory itself changes hands last, so an interrupted walk is taken up again.
static int give_directory(int fd, const struct owner *owner, int depth) {
  DIR *entries = depth > DEPTH_MAX ? NULL : fdopendir(fd);
  if (entries == NULL) {
    int error = depth > DEPTH_MAX ? ELOOP : errno;
    close(fd);
    return error;
  }
  int error = 0;
  for (struct dirent *entry; error == 0 && (entry = readdir(entries)) != NULL;) {
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
    error = give_entry(fd, entry->d_name, owner, depth);
  }
  if (error == 0 && fchown(fd, owner->uid, owner->gid) != 0) error = errno;
  closedir(entries);
  return error;
}

int hive_give_tree(int directory, uint32_t uid, uint32_t gid) {
  struct stat top;
  if (fstat(directory, &top) != 0) return errno;
  if (top.st_uid == uid && top.st_gid == gid) return 0;
  int fd = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return errno;
  struct owner owner = {.uid = uid, .gid = gid, .device = top.st_dev};
  return give_directory(fd, &owner, 0);
}
