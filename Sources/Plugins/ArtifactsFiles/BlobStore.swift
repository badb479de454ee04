import Digests
import JSONRPC
import NIOCore
import NIOFileSystem
import PluginProtocol

/// Blobs as files. A blob is there once its `about.json` names its bytes, so that a crash leaves the old blob or the new one.
struct BlobStore {
  private let root: FilePath
  private let byteLimit: Int64
  private let files = FileSystem.shared

  init(root: FilePath, byteLimit: Int64) {
    self.root = root
    self.byteLimit = byteLimit
  }

  /// Makes the folders and clears what an earlier crash left half-written.
  func prepare() async throws {
    try await removeIfThere(incoming)
    try await makeFolder(incoming)
  }

  func put<Bytes: AsyncSequence & Sendable>(_ place: BlobPlace, contentType: String, _ bytes: Bytes) async throws -> BlobAbout
  where Bytes.Element == [UInt8] {
    let new = incoming.appending(UUIDText.random())
    do {
      let (size, digest) = try await write(bytes, to: new)
      let about = BlobAbout(key: place.key, size: size, sha256: digest, contentType: contentType)
      try await publish(new, about, place)
      return about
    } catch {
      try await removeIfThere(new)
      throw error
    }
  }

  /// - Parameters:
  ///   - length: nil = all from the offset on; what goes beyond the end is left out.
  ///   - send: takes the bytes, piece by piece.
  func get(
    _ place: BlobPlace, offset: Int64 = 0, length: Int64? = nil, send: @Sendable ([UInt8]) async throws -> Void
  ) async throws -> BlobAbout {
    let about = try await about(place)
    let start = min(offset, about.size)
    let end = length.map { start + min($0, about.size - start) } ?? about.size
    guard start < end else { return about }
    let path = folder(place).appending(about.sha256)
    try await files.withFileHandle(forReadingAt: path) { handle in
      for try await chunk in handle.readChunks(in: start..<end, chunkLength: .kibibytes(64)) { try await send(Array(buffer: chunk)) }
    }
    return about
  }

  func delete(_ place: BlobPlace) async throws -> Bool {
    let wasThere = try await files.info(forFileAt: folder(place).appending("about.json")) != nil
    try await removeIfThere(folder(place))
    return wasThere
  }

  private var incoming: FilePath { root.appending("incoming") }

  private func folder(_ place: BlobPlace) -> FilePath { root.appending(place.folder.components) }

  private func about(_ place: BlobPlace) async throws -> BlobAbout {
    let path = folder(place).appending("about.json")
    guard try await files.info(forFileAt: path) != nil else {
      throw RPCError.application("not_found", status: 404, "there is no blob \(place.key)")
    }
    let text = try await files.withFileHandle(forReadingAt: path) { handle in try await handle.readToEnd(maximumSizeAllowed: .kibibytes(8))
    }
    return try BlobAbout(json: try JSON(parsing: Array(buffer: text)))
  }

  private func write<Bytes: AsyncSequence & Sendable>(_ bytes: Bytes, to path: FilePath) async throws -> (Int64, String)
  where Bytes.Element == [UInt8] {
    try await files.withFileHandle(forWritingAt: path, options: .newFile(replaceExisting: false)) { handle in
      var digest = SHA256()
      var size: Int64 = 0
      for try await piece in bytes {
        guard size + Int64(piece.count) <= byteLimit else {
          throw RPCError.application("too_large", status: 413, "a blob may have at most \(byteLimit) bytes (config.max_bytes)")
        }
        digest.update(piece)
        try await handle.write(contentsOf: piece, toAbsoluteOffset: size)
        size += Int64(piece.count)
      }
      try await handle.synchronize()
      return (size, Hex.text(digest.finalize()))
    }
  }

  /// Moves the bytes to their place, then lets `about.json` name them, then drops the bytes it named before.
  private func publish(_ new: FilePath, _ about: BlobAbout, _ place: BlobPlace) async throws {
    let folder = folder(place)
    try await makeFolder(folder)
    let before = try? await self.about(place)
    try await files.replaceItem(at: folder.appending(about.sha256), withItemAt: new)
    let draft = incoming.appending(UUIDText.random())
    try await files.withFileHandle(forWritingAt: draft, options: .newFile(replaceExisting: false)) { handle in
      try await handle.write(contentsOf: about.json.bytes, toAbsoluteOffset: 0)
      try await handle.synchronize()
    }
    try await files.replaceItem(at: folder.appending("about.json"), withItemAt: draft)
    if let before, before.sha256 != about.sha256 { try await removeIfThere(folder.appending(before.sha256)) }
  }

  private func makeFolder(_ path: FilePath) async throws {
    guard try await files.info(forFileAt: path) == nil else { return }
    try await files.createDirectory(at: path, withIntermediateDirectories: true)
  }

  private func removeIfThere(_ path: FilePath) async throws {
    try await files.removeItem(at: path, strategy: .platformDefault, recursively: true)
  }
}
