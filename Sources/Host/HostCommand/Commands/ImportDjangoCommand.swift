import ArgumentParser
import Foundation
import JSONRPC
import NIOCore
import Supervisor

/// `hivecore import-django`
struct ImportDjangoCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import-django",
    abstract: "Move tenants, users, projects and all that is under them from the original's PostgreSQL database.",
    discussion: """
      Reads one moment of the database, which may go on serving, and changes nothing in it. A second run adds what is new and changes nothing \
      else. Passwords go on working; API keys do not come along. Works with a running host or without one.
      """)

  private static let timeout: TimeAmount = .hours(24)

  @OptionGroup var options: DataOptions
  @Argument(help: "postgres://USER:PASSWORD@HOST:PORT/DATABASE; - reads it from stdin. (default: $DJANGO_DATABASE_URL)") var address:
    String?
  @Flag(help: "Change nothing, only say what would be done.") var dryRun = false
  @Option(help: "The slug of the tenant that gets rows which belong to none. (default: they stay behind)") var orphans: String?
  @Flag(help: "Print JSON: {\"dry_run\", \"tables\": [{\"table\", \"read\", \"added\", \"present\", \"skipped\"}], \"notes\"}.") var json =
    false

  func run() async throws {
    try await speaking { world in
      let access = try HostAccess(options, world)
      let url = address == "-" ? readLine(strippingNewline: true) : address ?? world.environment["DJANGO_DATABASE_URL"]
      guard let url, !url.isEmpty else { throw ValidationError("the database's address is missing") }
      guard let reader = ExecutableLocator(besideProgram: world.installation.program).find("hivecore-django-reader") else {
        throw ConfigProblem(file: "hivecore-django-reader", line: nil, message: "is not installed beside hivecore")
      }
      try access.config.data.prepare()
      let folder = access.config.data.path("run/import-\(UUID().uuidString.lowercased())")
      try access.config.data.make(folder, mode: 0o700)
      defer { try? FileManager.default.removeItem(atPath: folder) }
      try await read(reader, url, folder)
      var params: JSONObject = ["folder": .string(folder), "dry_run": .bool(dryRun)]
      params["orphans"] = orphans.map { .string($0) }
      let report = try await access.call("import.django", .object(params), timeout: Self.timeout)
      json ? Talk.out(report.text) : show(report)
    }
  }

  /// Lets the reader write the tables into a folder. The address goes over stdin, where no other user sees it.
  private func read(_ reader: String, _ url: String, _ folder: String) async throws {
    let process = Process()
    process.executableURL = URL(filePath: reader)
    process.arguments = [folder]
    let (input, errors) = (Pipe(), Pipe())
    process.standardInput = input
    process.standardError = errors
    try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
      process.terminationHandler = { _ in continuation.resume() }
      do {
        try process.run()
        try input.fileHandleForWriting.write(contentsOf: Data((url + "\n").utf8))
        try input.fileHandleForWriting.close()
      } catch {
        process.terminationHandler = nil
        continuation.resume(throwing: error)
      }
    }
    let message = String(decoding: errors.fileHandleForReading.availableData, as: UTF8.self)
    guard process.terminationStatus == 0 else { throw RPCError.application("import", status: 400, message.trimmed) }
  }

  private func show(_ report: JSON) {
    let rows = (report["tables"].array ?? []).map { table in
      let skipped = (table["skipped"].object?.members ?? []).map { "\($0.value.text) \($0.name)" }
      return [
        table["table"].string ?? "", table["read"].text, table["added"].text, table["present"].text, skipped.joined(separator: "; "),
      ]
    }
    let columns = ["TABLE", "READ", report["dry_run"] == true ? "WOULD ADD" : "ADDED", "THERE", "LEFT OUT"]
    for line in TextTable(columns: columns, rows: rows).lines { Talk.out(line) }
    for note in report["notes"].array ?? [] { Talk.err(note.string ?? "") }
  }
}

extension String {
  fileprivate var trimmed: String { trimmingCharacters(in: .whitespacesAndNewlines) }
}
