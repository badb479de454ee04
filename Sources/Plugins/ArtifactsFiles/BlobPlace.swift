import Digests
import JSONRPC
import NIOFileSystem

/// Where a blob lies: below its tenant, in a folder named by the digest of its key, so that no key can lead elsewhere.
struct BlobPlace {
  static let keyLimit = 700

  let key: String
  /// Relative to the store's root.
  let folder: FilePath

  init(tenant: String, key: String) throws(RPCError) {
    guard !key.isEmpty, key.utf8.count <= Self.keyLimit else { throw RPCError(.invalidParams, "key must have 1 to \(Self.keyLimit) bytes") }
    let digest = SHA256.hex(Array(key.utf8))
    let owner = SHA256.hex(Array(tenant.utf8))
    self.key = key
    folder = FilePath(String(owner.prefix(32))).appending(String(digest.prefix(2))).appending(digest)
  }
}

/// What is known of a stored blob.
struct BlobAbout: Equatable {
  let key: String
  let size: Int64
  /// Lower-case hex; also the name of the file with the bytes.
  let sha256: String
  let contentType: String

  var json: JSON { ["key": .string(key), "size": .int(size), "sha256": .string(sha256), "content_type": .string(contentType)] }
}

extension BlobAbout {
  init(json: JSON) throws(RPCError) {
    guard let key = json["key"].string, let size = json["size"].int, let digest = json["sha256"].string,
      let type = json["content_type"].string
    else {
      throw RPCError(.internal, "about.json of a blob is damaged")
    }
    self.init(key: key, size: size, sha256: digest, contentType: type)
  }
}
