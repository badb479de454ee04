package import JSONRPC

/// Reads one table of a TOML file key by key, notes every problem with its line, and knows at the end which keys nobody asked for.
package struct ConfigReader {
  private let document: TOMLDocument
  private let path: [String]
  private let members: JSONObject
  private var known: [String] = []
  package private(set) var problems: [ConfigProblem] = []

  package init(_ document: TOMLDocument) { self.init(document, [], document.root) }

  private init(_ document: TOMLDocument, _ path: [String], _ members: JSONObject) {
    self.document = document
    self.path = path
    self.members = members
  }

  /// Notes a problem at a key of this table.
  package mutating func note(_ key: String, _ message: String) {
    problems.append(ConfigProblem(file: document.file, line: document.line(of: path + [key]), message: message))
  }

  private mutating func member(_ key: String) -> JSON? {
    known.append(key)
    return members[key]
  }

  private func name(_ key: String) -> String { (path + [key]).joined(separator: ".") }

  /// Reads a key; what `parse` refuses is noted as "must be …".
  private mutating func read<Value>(_ key: String, _ fallback: Value, mustBe: String, _ parse: (JSON) -> Value?) -> Value {
    guard let json = member(key) else { return fallback }
    if let value = parse(json) { return value }
    note(key, "'\(name(key))' must be \(mustBe), not \(json.text)")
    return fallback
  }

  /// The keys that stand in this table.
  package var names: [String] { members.names }

  package func isGiven(_ key: String) -> Bool { members[key] != nil }

  package mutating func required(_ key: String) -> String {
    guard let json = member(key) else {
      note(key, "'\(name(key))' is missing")
      return ""
    }
    if let text = json.string, !text.isEmpty { return text }
    note(key, "'\(name(key))' must be a text, not \(json.text)")
    return ""
  }

  package mutating func string(_ key: String, _ fallback: String? = nil) -> String? {
    read(key, fallback, mustBe: "a text") { $0.string }
  }

  package mutating func bool(_ key: String, _ fallback: Bool) -> Bool { read(key, fallback, mustBe: "true or false") { $0.bool } }

  package mutating func int(_ key: String, _ fallback: Int, _ range: ClosedRange<Int>) -> Int {
    read(key, fallback, mustBe: "a whole number from \(range.lowerBound) to \(range.upperBound)") { json in
      json.int.map(Int.init).flatMap { range.contains($0) ? $0 : nil }
    }
  }

  package mutating func strings(_ key: String, _ fallback: [String] = []) -> [String] {
    read(key, fallback, mustBe: "a list of texts") { json in
      guard let items = json.array else { return nil }
      let texts = items.compactMap(\.string)
      return texts.count == items.count ? texts : nil
    }
  }

  package mutating func ports(_ key: String) -> [UInt16] {
    read(key, [], mustBe: "a list of ports") { json in
      guard let items = json.array else { return nil }
      let ports = items.compactMap { $0.int.flatMap { UInt16(exactly: $0) } }
      return ports.count == items.count ? ports : nil
    }
  }

  package mutating func choice<Choice: RawRepresentable & CaseIterable>(_ key: String, _ fallback: Choice) -> Choice
  where Choice.RawValue == String {
    let names = Choice.allCases.map(\.rawValue)
    return read(key, fallback, mustBe: "one of \(names.joined(separator: ", "))") { $0.string.flatMap(Choice.init(rawValue:)) }
  }

  package mutating func duration(_ key: String, _ fallback: Duration) -> Duration {
    read(key, fallback, mustBe: "a duration like \"500ms\", \"10s\" or \"5m\"") { $0.string.flatMap(Quantity.duration) }
  }

  package mutating func durations(_ key: String, _ fallback: ClosedRange<Duration>) -> ClosedRange<Duration> {
    read(key, fallback, mustBe: "two durations, the smaller first, like [\"100ms\", \"30s\"]") { json in
      let pair = (json.array ?? []).compactMap { $0.string.flatMap(Quantity.duration) }
      return pair.count == 2 && pair[0] <= pair[1] && json.array?.count == 2 ? pair[0]...pair[1] : nil
    }
  }

  package mutating func byteCount(_ key: String, _ fallback: Int) -> Int {
    read(key, fallback, mustBe: "a size like \"256M\" or a number of bytes", Self.byteCount)
  }

  /// - Parameter bounds: what it may be, and how a message says it.
  package mutating func byteCount(_ key: String, _ fallback: Int, _ bounds: (range: ClosedRange<Int>, text: String)) -> Int {
    read(key, fallback, mustBe: "a size \(bounds.text)") { Self.byteCount($0).flatMap { bounds.range.contains($0) ? $0 : nil } }
  }

  private static func byteCount(_ json: JSON) -> Int? {
    json.string.flatMap(Quantity.byteCount) ?? json.int.flatMap { $0 >= 0 ? Int(exactly: $0) : nil }
  }

  /// From 0 to 1.
  package mutating func share(_ key: String, _ fallback: Double = 0) -> Double {
    read(key, fallback, mustBe: "a share from 0 to 1") { json in json.double.flatMap { (0...1).contains($0) ? $0 : nil } }
  }

  package mutating func percent(_ key: String, _ fallback: Int) -> Int {
    read(key, fallback, mustBe: "a share of one processor like \"100%\"") { $0.string.flatMap(Quantity.percent) }
  }

  /// A table handed on as it is.
  package mutating func object(_ key: String) -> JSONObject { read(key, [:], mustBe: "a table") { $0.object } }

  /// A table read by `body`; its unknown keys are noted too. A missing table reads as an empty one.
  package mutating func table<Value>(_ key: String, _ body: (inout ConfigReader) -> Value) -> Value {
    var reader = ConfigReader(document, path + [key], object(key))
    let value = body(&reader)
    reader.finish()
    problems += reader.problems
    return value
  }

  /// Notes the keys nobody asked for.
  package mutating func finish() {
    for key in members.names where !known.contains(key) {
      let hint = NearestName.of(key, among: known).map { ", did you mean '\(name($0))'?" } ?? ""
      note(key, "unknown key '\(name(key))'\(hint)")
    }
  }
}
