import Digests
import JSONRPC
import PluginKit
import PluginProtocol

extension StepExecutor {
  /// Reads the delivered files; large ones go to the object store. Nothing is delivered when nothing passed.
  func deliver(_ state: RoundState) async throws -> Delivery {
    guard !state.passed.isEmpty else { return Delivery() }
    try await workspace.open(Workspace.delivery, at: state.head)
    let names = try await workspace.files(at: state.head)
    guard names.count <= EngineConfig.deliveredFileLimit else {
      throw RoundEnd.failed(code: "runner_failed", message: "\(names.count) files are more than can be delivered")
    }
    var files: [Delivery.File] = []
    for name in names {
      guard let path = try? WorkspacePath(name), let bytes = try await self.files(Workspace.delivery).read(path) else { continue }
      files.append(try await file(path, bytes))
    }
    return Delivery(files: files, shelf: try await shelf())
  }

  private func shelf() async throws -> Shelf {
    let filter: [Condition] = [.eq("project", .int(context.project))]
    let folder = Shape(["id", .path("path", parent: "parent", name: "name")])
    let file = Shape(["id", .path("path", parent: "folder", name: "name")])
    return Shelf(
      folders: try await optionalRows(.init("folder", filter: filter, limit: 1000, shape: .inline(folder))),
      files: try await optionalRows(.init("file", filter: filter, limit: 1000, shape: .inline(file))))
  }

  private func file(_ path: WorkspacePath, _ bytes: [UInt8]) async throws -> Delivery.File {
    let hash = SHA256.hex(bytes)
    var file = Delivery.File(path: path.text, size: bytes.count, hash: hash, content: "", encoding: "utf-8", storageKey: "")
    let text = String(validating: bytes, as: UTF8.self).flatMap { $0.unicodeScalars.contains("\0") ? nil : $0 }
    if text == nil { file.encoding = "base64" }
    if bytes.count >= config.blobThreshold {
      let key = "artifacts/\(context.id)/\(hash.prefix(8))/\(path.text)"
      if try await store(bytes, key, path) {
        file.storageKey = key
        return file
      }
    }
    file.content = text ?? Base64.text(bytes)
    return file
  }

  /// - Returns: false when the store refuses: then the database keeps the content.
  private func store(_ bytes: [UInt8], _ key: String, _ path: WorkspacePath) async throws -> Bool {
    let params: JSON = ["key": .string(key), "content_type": .string(FileKind(path).contentType)]
    do {
      _ = try await host.repeating("blobs.put") {
        try await host.host.upload("blobs.put", params, from: Pieces(bytes: bytes), deadline: .seconds(60))
      }
      return true
    } catch is RPCError {
      return false
    } catch RoundEnd.outage(_) {
      return false
    }
  }

  /// Our own facts, and one paragraph of a model when it has one.
  func summarise(_ state: RoundState) async throws -> StepResult {
    let facts = state.facts
    do {
      let (text, usage) = try await models.text(.summary(state), .init(path: "summary"))
      let paragraph = String(text.trimmed.prefix(2_000))
      return .summarised(paragraph.isEmpty ? facts : "\(paragraph)\n\(facts)", usage)
    } catch let failure as TryFailure {
      return .summarised(facts, failure.usage)
    }
  }
}

extension RoundState {
  /// One line a requirement.
  var facts: String {
    let rule = PassRule(threshold: options.passThreshold)
    let lines = requirements.map { requirement in
      let percent = Int(((requirement.verdict(by: rule)?.rate ?? 0) * 100).rounded())
      return "Requirement \(requirement.id): \(percent)% passed"
    }
    return (["\(passed.count) of \(requirements.count) requirements passed"] + lines).joined(separator: "\n")
  }
}

/// Bytes in pieces of 64 KiB.
private struct Pieces: AsyncSequence, Sendable {
  typealias Failure = any Error
  let bytes: [UInt8]

  func makeAsyncIterator() -> Iterator { Iterator(bytes: bytes) }

  struct Iterator: AsyncIteratorProtocol {
    let bytes: [UInt8]
    var at = 0

    mutating func next() async throws -> [UInt8]? {
      guard at < bytes.count else { return nil }
      let end = Swift.min(at + 65_536, bytes.count)
      defer { at = end }
      return Array(bytes[at..<end])
    }
  }
}
