import Glibc

/// Which file a descriptor stands for, whatever its path means by now.
struct FileIdentity: Sendable, Equatable {
  var device: UInt64
  var inode: UInt64
  var owner: UInt32

  init?(_ descriptor: Descriptor) {
    var info = stat()
    guard unsafe fstat(descriptor.rawValue, &info) == 0 else { return nil }
    device = UInt64(info.st_dev)
    inode = UInt64(info.st_ino)
    owner = info.st_uid
  }
}
