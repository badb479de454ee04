import JSONRPC

/// One file of a blueprint's `files_plan`.
struct PlannedFile: Sendable, Equatable {
  let path: String
  /// The plan's own object, handed to the model as it came.
  let entry: JSONObject
  let priority: Double
  let dependencies: [String]
  let criteriaIDs: [String]

  static let defaultPriority = 99.0

  init(path: String, entry: JSONObject) {
    self.path = path
    self.entry = entry
    priority = entry["priority"]?.double ?? PlannedFile.defaultPriority
    dependencies = PlannedFile.strings(entry["dependencies"])
    criteriaIDs = PlannedFile.strings(entry["criteria_ids"])
  }

  /// The files of a plan that have a path; of two with one path the first counts.
  static func list(_ plan: JSON) -> [PlannedFile] {
    var seen: Set<String> = []
    return (plan.array ?? []).compactMap { item in
      guard let entry = item.object, let path = entry["path"]?.string, !path.isEmpty, seen.insert(path).inserted else { return nil }
      return PlannedFile(path: path, entry: entry)
    }
  }

  private static func strings(_ json: JSON?) -> [String] { (json?.array ?? []).compactMap(\.string) }
}

extension PlannedFile {
  /// The order in which files are written: dependencies inside the plan first, ready files by priority. A file released later goes before the
  /// first queued file of a higher number; cycles come last, by priority. Ties keep the plan's order.
  static func ordered(_ files: [PlannedFile]) -> [PlannedFile] {
    let known = Set(files.map(\.path))
    var waiting = files.map { file in Set(file.dependencies.filter { known.contains($0) && $0 != file.path }) }
    var queue = byPriority(files.indices.filter { waiting[$0].isEmpty }, files)
    var released = Set(queue)
    var order: [PlannedFile] = []
    while !queue.isEmpty {
      let done = files[queue.removeFirst()]
      order.append(done)
      for index in files.indices where !released.contains(index) {
        waiting[index].remove(done.path)
        guard waiting[index].isEmpty else { continue }
        released.insert(index)
        let place = queue.firstIndex { files[$0].priority > files[index].priority } ?? queue.endIndex
        queue.insert(index, at: place)
      }
    }
    return order + byPriority(files.indices.filter { !released.contains($0) }, files).map { files[$0] }
  }

  private static func byPriority(_ indices: [Int], _ files: [PlannedFile]) -> [Int] {
    indices.sorted { (files[$0].priority, $0) < (files[$1].priority, $1) }
  }
}
