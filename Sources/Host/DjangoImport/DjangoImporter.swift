package import Catalogue
import Foundation
import JSONRPC
import PluginProtocol

/// Moves the rows of the original's database into storage. Every row that got a new number is remembered in the transaction that adds it:
/// a second run, also after one that broke off, adds what is missing and changes nothing else.
package struct DjangoImporter: Sendable {
  package struct Options: Sendable {
    package var isDryRun: Bool
    /// The slug of the tenant that gets rows of nobody.
    package var orphans: String?

    package init(isDryRun: Bool, orphans: String? = nil) {
      self.isDryRun = isDryRun
      self.orphans = orphans
    }
  }

  static let batchRowLimit = 200
  static let batchByteLimit = 1 << 20
  static let remembered = "imported_row"

  let store: ImportStore
  let options: Options

  package init(plugins: any PluginCaller, options: Options) {
    store = ImportStore(plugins: plugins)
    self.options = options
  }

  /// - Parameter folder: what `hivecore-django-reader` wrote: `TABLE.jsonl`.
  /// - Throws: ``RPCError`` when storage fails, −31100 `import` when the files hold no such database.
  package func run(_ folder: String) async throws -> ImportReport {
    guard let tenants = ImportFile("\(folder)/tenants_tenant.jsonl"), let first = try tenants.next(1, byteLimit: 1).first?["id"].string
    else {
      throw RPCError.application("import", status: 400, "the database holds no tenants: it is not one of the original")
    }
    // The first tenant names the database, also after it was dumped and restored elsewhere.
    var run = ImportRun(
      source: first, map: try await store.remembered(of: first), orphans: nil, report: ImportReport(isDryRun: options.isDryRun))
    for table in ImportTables.all {
      try await add(table, folder, &run)
      if table.table == "tenants_tenant" { run.orphans = try await orphanTenant() }
    }
    if !options.isDryRun {
      for table in ImportTables.all where !table.later.isEmpty { try await complete(table, folder, run) }
    }
    run.report.notes = notes(run.report)
    return run.report
  }

  private func orphanTenant() async throws -> String? {
    guard let slug = options.orphans else { return nil }
    guard let row = try await store.rows("tenant", [.eq("slug", .string(slug))], ["id"]).first, let id = row["id"].string else {
      throw RPCError.application("import", status: 400, "--orphans: there is no tenant with the slug \(slug)")
    }
    return id
  }

  private func notes(_ report: ImportReport) -> [String] {
    var notes = ["API keys do not come along: make new ones with `hivecore key create`. Passwords do."]
    if report.lines.contains(where: { !$0.skipped.isEmpty }) { notes.append("What was left out is still in the old database.") }
    return notes
  }
}

/// What a run knows so far.
struct ImportRun {
  let source: String
  var map: RowMap
  var orphans: String?
  var report: ImportReport
  private var made: Int64 = 0

  init(source: String, map: RowMap, orphans: String?, report: ImportReport) {
    self.source = source
    self.map = map
    self.orphans = orphans
    self.report = report
  }

  /// A number for a row that a dry run does not make.
  mutating func pretended() -> JSON {
    made -= 1
    return .int(made)
  }
}
