import JSONRPC
import PluginProtocol

extension RoundRows {
  /// Artifacts, the project's files and folders, and its file registry.
  func delivered(_ delivery: Delivery, _ state: RoundState) -> [StorageStep] {
    var shelf = ShelfSteps(project: projectID, shelf: delivery.shelf)
    var steps: [StorageStep] = []
    for file in delivery.files {
      guard let path = try? WorkspacePath(file.path) else { continue }
      let kind = FileKind(path)
      let author = author(of: file.path, state)
      let id = context.stableID("artifact", file.path)
      steps.append(artifact(file, id, path, kind, author))
      steps += shelf.put(file, artifact: id, path, kind)
      steps += register(file.path, author)
      steps.append(
        event(
          "artifact_created",
          [
            "artifact_id": .string(id), "artifact_type": .string(kind.artifactType), "type": .string(kind.artifactType),
            "file_path": .string(file.path), "file_name": .string(path.name), "language": .string(kind.language),
            "size_bytes": .int(file.size), "generated_by": .string(author?.worker?.name ?? Worker.house.name),
          ]))
    }
    steps.append(log(.info, "\(delivery.files.count) files delivered", "", state))
    return steps
  }

  /// The requirement whose accepted work touched a file last.
  private func author(of path: String, _ state: RoundState) -> RequirementState? {
    state.requirements.last { $0.stage == .passed && $0.files.contains(path) }
  }

  private func artifact(
    _ file: Delivery.File, _ id: String, _ path: WorkspacePath, _ kind: FileKind, _ author: RequirementState?
  ) -> StorageStep {
    .upsert(
      .init(
        "execution_artifact", match: ["execution_round", "file_path"],
        values: [
          "id": .string(id), "execution_round": roundID, "requirement_execution": author.map { .string(rowID($0)) } ?? .null,
          "artifact_type": .string(kind.artifactType), "file_path": .string(file.path), "file_name": .string(path.name),
          "language": .string(kind.language), "content": .string(file.content), "encoding": .string(file.encoding),
          "content_hash": .string(file.hash), "size_bytes": .int(file.size), "s3_key": .string(file.storageKey),
          "generated_by_agent": author?.worker?.agent.map { .int($0) } ?? .null,
        ],
        set: [
          "requirement_execution", "artifact_type", "language", "content", "encoding", "content_hash", "size_bytes", "s3_key",
          "generated_by_agent",
        ]))
  }

  private func register(_ path: String, _ author: RequirementState?) -> [StorageStep] {
    guard collections.contains("project_file_registry") else { return [] }
    let description = author.map { "Written for \($0.id)" } ?? "Kept from earlier work"
    return [
      .upsert(
        .init(
          "project_file_registry", match: ["project", "file_path"],
          values: [
            "project": projectID, "execution_round": roundID, "file_path": .string(path), "description": .string(description),
            "created_by_agent": author?.worker?.agent.map { .int($0) } ?? .null,
          ], set: ["execution_round", "description"])),
      event("file_registered", ["project_id": projectID, "file_path": .string(path), "created": true]),
    ]
  }
}

/// Writes file rows and the folders they need, each folder once.
private struct ShelfSteps {
  let project: JSON
  let shelf: Shelf
  /// The folders this transaction makes, by path: their reference.
  private var made: [String: JSON] = [:]

  init(project: JSON, shelf: Shelf) {
    self.project = project
    self.shelf = shelf
  }

  mutating func put(_ file: Delivery.File, artifact: String, _ path: WorkspacePath, _ kind: FileKind) -> [StorageStep] {
    var steps: [StorageStep] = []
    let folder = folder(path.folders, &steps)
    let values: JSONObject = [
      "size": .int(file.size), "mime_type": .string(kind.contentType), "file_type": .string(kind.fileType), "artifact": .string(artifact),
    ]
    if let id = shelf.files[path.text] {
      steps.append(.update(.init("file", filter: [.eq("id", .int(id))], set: values)))
    } else {
      let place: JSONObject = ["project": project, "folder": folder, "name": .string(String(path.name.prefix(200)))]
      steps.append(.insert(.init("file", place.merging(values))))
    }
    return steps
  }

  private mutating func folder(_ names: [String], _ steps: inout [StorageStep]) -> JSON {
    guard let name = names.last else { return .null }
    let path = names.joined(separator: "/")
    if let id = shelf.folders[path] { return .int(id) }
    if let reference = made[path] { return reference }
    let parent = folder(Array(names.dropLast()), &steps)
    let alias = "folder_\(made.count)"
    steps.append(
      .insert(.init("folder", ["project": project, "name": .string(String(name.prefix(200))), "parent": parent], as: alias)))
    made[path] = StorageValue.ref(alias)
    return StorageValue.ref(alias)
  }
}
