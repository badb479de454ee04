import NIOCore
import NIOFileSystem

/// Reading and writing in one worktree. Symbolic links are never followed: what a sandboxed command left behind cannot lead out.
struct WorkspaceFiles: Sendable {
  enum Failure: Error, Sendable, Equatable {
    case link(String)
    case tooLarge(String)
    case notWritable(String)
  }

  let root: String

  private var disk: FileSystem { .shared }

  /// - Returns: nil when there is no such plain file; behind a link there is none.
  /// - Throws: ``Failure`` for more than ``EngineConfig/fileByteLimit`` bytes.
  func read(_ path: WorkspacePath) async throws(Failure) -> [UInt8]? {
    guard !(await isLink(path)), let found = try await look(path.components), found.type == .regular else { return nil }
    guard found.size <= Int64(EngineConfig.fileByteLimit) else { throw .tooLarge(path.text) }
    do {
      let options = OpenOptions.Read(followSymbolicLinks: false)
      return try await disk.withFileHandle(forReadingAt: full(path.components), options: options) { handle in
        Array(buffer: try await handle.readToEnd(maximumSizeAllowed: .bytes(Int64(EngineConfig.fileByteLimit))))
      }
    } catch {
      return nil
    }
  }

  /// Whether the path is a symbolic link, or leads through one.
  func isLink(_ path: WorkspacePath) async -> Bool {
    do throws(Failure) {
      _ = try await look(path.components)
      return false
    } catch {
      return true
    }
  }

  func text(_ path: WorkspacePath) async throws(Failure) -> String? {
    guard let bytes = try await read(path) else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }

  func write(_ text: String, to path: WorkspacePath) async throws(Failure) {
    guard text.utf8.count <= EngineConfig.fileByteLimit else { throw .tooLarge(path.text) }
    try await makeFolders(path.folders)
    guard try await look(path.components)?.type != .directory else { throw .notWritable(path.text) }
    do {
      // What is there is written over, so that it keeps its mode.
      var options = OpenOptions.Write.modifyFile(createIfNecessary: true)
      options.followSymbolicLinks = false
      try await disk.withFileHandle(forWritingAt: full(path.components), options: options) { handle in
        try await handle.resize(to: .bytes(0))
        try await handle.write(contentsOf: text.utf8, toAbsoluteOffset: 0)
      }
    } catch {
      throw .notWritable(path.text)
    }
  }

  /// Makes folders inside each other, outermost first.
  func makeFolders(_ names: [String]) async throws(Failure) {
    for depth in names.indices { try await makeFolder(Array(names[...depth])) }
  }

  private func makeFolder(_ components: [String]) async throws(Failure) {
    switch try await look(components)?.type {
    case .directory: return
    case nil:
      do {
        try await disk.createDirectory(at: full(components), withIntermediateDirectories: false)
      } catch {
        // Two requirements may make the same folder at the same time.
        guard try await look(components)?.type == .directory else { throw .notWritable(components.joined(separator: "/")) }
      }
    default: throw .notWritable(components.joined(separator: "/"))
    }
  }

  private func full(_ components: [String]) -> FilePath {
    FilePath(root).appending(components.map { FilePath.Component(stringLiteral: $0) })
  }

  /// What is there, looked at step by step; nil = nothing.
  private func look(_ components: [String]) async throws(Failure) -> FileInfo? {
    var found: FileInfo?
    for depth in components.indices {
      let path = full(Array(components[...depth]))
      found = (try? await disk.info(forFileAt: path, infoAboutSymbolicLink: true)) ?? nil
      guard let found else { return nil }
      if found.type == .symlink { throw .link(path.string) }
    }
    return found
  }
}
