import Catalogue
import Foundation
import JSONRPC
import Testing

@testable import Chat
@testable import Execution
@testable import Gateway
@testable import Ingest
@testable import Projects
@testable import Selection

/// The served interface is the one that was agreed, but for what is named in ``InterfaceAllowances``.
@Suite struct InterfaceTests {
  /// Converted from the contract's `openapi.yaml` (Tests/Vectors/README.md).
  static func contract() throws -> JSON {
    let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().appending(path: "Vectors/openapi.json")
    return try JSON(parsing: Array(Data(contentsOf: file)))
  }

  /// What the host serves with all its plugins.
  static func served() throws -> JSON {
    let catalogue = LiveCatalogue()
    try catalogue.accept(HTTPGateway.description, of: HTTPGateway.contributor)
    try catalogue.accept(ProjectsPlugin.contributions, of: "projects")
    try catalogue.accept(IngestPlugin.contributions, of: "ingest")
    try catalogue.accept(ChatPlugin.contributions, of: "chat")
    try catalogue.accept(SelectionPlugin.contributions, of: "selection")
    try catalogue.accept(ExecutionMain.contributions, of: "execution")
    #expect(catalogue.snapshot.problems.isEmpty)
    return OpenAPIDocument(catalogue.snapshot, version: "1.0.0").json
  }

  @Test func `paths, methods, parameters, statuses and schemas are those of the contract`() throws {
    let found = InterfaceDifferences(contract: try Self.contract(), served: try Self.served()).lines()
    let patterns = try InterfaceAllowances.all.map { try Regex($0.pattern) }
    var unused = Set(InterfaceAllowances.all.indices)
    var left: [String] = []
    for line in found {
      let allowing = patterns.indices.filter { line.wholeMatch(of: patterns[$0]) != nil }
      unused.subtract(allowing)
      if allowing.isEmpty, !InterfaceAllowances.notYet.keys.contains(where: { line == "\($0): is not served" }) { left.append(line) }
    }
    #expect(left.isEmpty, "\(left.count) differences:\n\(left.joined(separator: "\n"))")
    for index in unused.sorted() { Issue.record("nothing needs this allowance any more: \(InterfaceAllowances.all[index].reason)") }
  }

  @Test func `what is not served yet is in the contract and really not served`() throws {
    let agreed = InterfaceDifferences.operations(try Self.contract())
    let offered = InterfaceDifferences.operations(try Self.served())
    for name in InterfaceAllowances.notYet.keys.sorted() {
      #expect(agreed[name] != nil, "\(name) is not in the contract")
      #expect(offered[name] == nil, "\(name) is served: take it off the list")
    }
  }

  @Test func `every reference of the document leads somewhere, and every operation has a name of its own`() throws {
    let served = try Self.served()
    let schemas = Set(served["components"]["schemas"].object?.names ?? [])
    #expect(OpenAPISchemas.references(served).subtracting(schemas).isEmpty)
    let empty = schemas.filter { served["components"]["schemas"][$0] == [:] }
    #expect(empty.isEmpty, "schemas that nobody gives: \(empty)")
    let names = InterfaceDifferences.operations(served).values.compactMap { $0["operationId"].string }
    #expect(Set(names).count == names.count)
  }
}
