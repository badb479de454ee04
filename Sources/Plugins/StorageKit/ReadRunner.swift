package import PluginProtocol

/// Answers `storage.read` as finished JSON.
package struct ReadRunner {
  private let session: any SQLSession
  private let compiler: Compiler

  package init(session: any SQLSession, compiler: Compiler) {
    self.session = session
    self.compiler = compiler
  }

  /// Appends the result's object. The caller holds one snapshot open when ``needsSnapshot(_:)``.
  package func run(_ read: StorageRead, to out: inout [UInt8]) throws(StorageError) {
    switch read {
    case .select(let selection):
      try rows(compiler.select(selection), "{\"rows\":[", &out)
    case .page(let selection):
      let count = try session.number(compiler.count(selection.collection, selection.filter))
      try rows(compiler.select(selection), "{\"count\":\(count),\"rows\":[", &out)
    case .get(var selection):
      selection.limit = 1
      out.append(contentsOf: "{\"row\":".utf8)
      if try write(compiler.select(selection), &out) == 0 { out.append(contentsOf: "null".utf8) }
      out.append(UInt8(ascii: "}"))
    case .count(let collection, let filter):
      out.append(contentsOf: "{\"count\":\(try session.number(compiler.count(collection, filter)))}".utf8)
    case .aggregate(let aggregate):
      try rows(compiler.aggregate(aggregate), "{\"rows\":[", &out)
    case .many(let reads):
      out.append(contentsOf: "{\"results\":[".utf8)
      for (index, inner) in reads.enumerated() {
        if index > 0 { out.append(UInt8(ascii: ",")) }
        try run(inner, to: &out)
      }
      out.append(contentsOf: "]}".utf8)
    }
  }

  /// Whether the read takes more than one statement.
  package static func needsSnapshot(_ read: StorageRead) -> Bool {
    switch read {
    case .page, .many: true
    default: false
    }
  }

  private func rows(_ query: RowQuery, _ lead: String, _ out: inout [UInt8]) throws(StorageError) {
    out.append(contentsOf: lead.utf8)
    _ = try write(query, &out)
    out.append(contentsOf: "]}".utf8)
  }

  private func write(_ query: RowQuery, _ out: inout [UInt8]) throws(StorageError) -> Int {
    do { return try session.write(query, to: &out) } catch { throw error.storageError }
  }
}
