import Crypto
import JSONRPC
import NIOCore
import NIOFileSystem

/// The bytes of one upload on disk, in a file without a name: it ends with the request, or with the host.
///
/// So a plugin never waits for a slow client, knows all fields and the size before the first byte, and no file is held in memory.
struct Spool: Sendable {
  private let handle: ReadWriteFileHandle
  private(set) var size: Int64 = 0
  private var hash = SHA256()

  /// Lower-case hexadecimal.
  var sha256: String { Hex.text(hash.finalize()) }

  static func with<R: Sendable>(in directory: String, _ use: @escaping @Sendable (inout Spool) async throws -> R) async throws -> R {
    let path = FilePath(directory).appending("upload-\(RequestID.make())")
    let options = OpenOptions.Write.newFile(replaceExisting: false, permissions: .ownerReadWrite)
    return try await FileSystem.shared.withFileHandle(forReadingAndWritingAt: path, options: options) { handle in
      _ = try await FileSystem.shared.removeItem(at: path)
      var spool = Spool(handle: handle)
      return try await use(&spool)
    }
  }

  private init(handle: ReadWriteFileHandle) { self.handle = handle }

  mutating func append(_ bytes: [UInt8]) async throws {
    hash.update(data: bytes)
    try await handle.write(contentsOf: bytes, toAbsoluteOffset: size)
    size += Int64(bytes.count)
  }

  /// What was written, in pieces.
  var chunks: some AsyncSequence<[UInt8], any Error> & Sendable {
    handle.readChunks(in: 0..<size, chunkLength: .kibibytes(64)).map { Array(buffer: $0) }
  }
}
