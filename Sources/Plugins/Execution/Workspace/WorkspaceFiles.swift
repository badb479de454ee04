import FoundationEssentials

/// Reading and writing in one worktree. Symbolic links are never followed: what a sandboxed command left behind cannot lead out.
struct WorkspaceFiles: Sendable {
  enum Failure: Error, Sendable, Equatable {
    case link(String)
    case tooLarge(String)
    case notWritable(String)
  }

  let root: String

  /// - Returns: nil when there is no such plain file.
  /// - Throws: ``Failure`` for a link on the way and for more than ``EngineConfig/fileByteLimit`` bytes.
  func read(_ path: WorkspacePath) throws(Failure) -> [UInt8]? {
    guard let kind = try kind(path.components), kind == .typeRegular else { return nil }
    let full = "\(root)/\(path.text)"
    let size = (try? FileManager.default.attributesOfItem(atPath: full))?[.size] as? UInt64
    guard (size ?? 0) <= UInt64(EngineConfig.fileByteLimit) else { throw .tooLarge(path.text) }
    return FileManager.default.contents(atPath: full).map { Array($0) }
  }

  func text(_ path: WorkspacePath) throws(Failure) -> String? {
    guard let bytes = try read(path) else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }

  func write(_ text: String, to path: WorkspacePath) throws(Failure) {
    guard text.utf8.count <= EngineConfig.fileByteLimit else { throw .tooLarge(path.text) }
    try makeFolders(path.folders)
    guard try kind(path.components) != .typeDirectory else { throw .notWritable(path.text) }
    do {
      try Data(text.utf8).write(to: URL(filePath: "\(root)/\(path.text)"))
    } catch {
      throw .notWritable(path.text)
    }
  }

  /// Makes folders inside each other, outermost first.
  func makeFolders(_ names: [String]) throws(Failure) {
    for depth in names.indices { try makeFolder(Array(names[...depth])) }
  }

  private func makeFolder(_ components: [String]) throws(Failure) {
    let text = components.joined(separator: "/")
    switch try kind(components) {
    case .typeDirectory: return
    case nil:
      do {
        try FileManager.default.createDirectory(atPath: "\(root)/\(text)", withIntermediateDirectories: false)
      } catch {
        throw .notWritable(text)
      }
    default: throw .notWritable(text)
    }
  }

  /// What is there, looked at step by step; nil = nothing.
  private func kind(_ components: [String]) throws(Failure) -> FileAttributeType? {
    var path = root
    var kind: FileAttributeType?
    for component in components {
      path += "/" + component
      guard let found = (try? FileManager.default.attributesOfItem(atPath: path))?[.type] as? FileAttributeType else { return nil }
      if found == .typeSymbolicLink { throw .link(path) }
      kind = found
    }
    return kind
  }
}
