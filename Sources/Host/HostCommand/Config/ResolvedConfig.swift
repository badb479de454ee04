import Foundation
import JSONRPC
import Supervisor

/// Every configuration value with where it came from: flag, else environment, else file, else default.
struct ResolvedConfig: Sendable {
  enum Origin: Sendable, Equatable, CustomStringConvertible {
    case flag(String)
    case environment(String)
    case file(String)
    case defaultValue

    var description: String {
      switch self {
      case .flag(let name): "flag \(name)"
      case .environment(let name): "environment \(name)"
      case .file(let path): "file \(path)"
      case .defaultValue: "default"
      }
    }
  }

  struct Value: Sendable {
    let texts: [String]
    let origin: Origin
  }

  private var values: [String: Value] = [:]
  /// The file that was read, nil when there is none.
  let file: String?

  /// - Parameters:
  ///   - file: path of `hivecore.toml`; `isRequired` when the user named it.
  ///   - flags: values given on the command line, by key.
  /// - Throws: ``ConfigProblems`` that name file, line and key.
  init(file: String, isRequired: Bool, environment: [String: String], flags: [String: String]) throws {
    let written = try Self.read(file, isRequired: isRequired)
    self.file = written == nil ? nil : file
    for key in ConfigKey.all {
      if let flag = flags[key.name] {
        values[key.name] = Value(texts: [flag], origin: .flag("--" + key.name))
      } else if let variable = key.variable, let text = environment[variable], !text.isEmpty {
        values[key.name] = Value(texts: key.kind == .list ? Self.items(text) : [text], origin: .environment(variable))
      } else if let texts = written?[key.name] {
        values[key.name] = Value(texts: texts, origin: .file(file))
      } else {
        values[key.name] = Value(texts: key.defaultValue, origin: .defaultValue)
      }
    }
  }

  func value(_ name: String) -> Value { values[name] ?? Value(texts: [], origin: .defaultValue) }

  func text(_ name: String) -> String { value(name).texts.first ?? "" }

  /// `true`, `1`, `yes`, `on` and their opposites; empty = false.
  func flag(_ name: String) throws -> Bool {
    switch text(name).lowercased() {
    case "true", "1", "yes", "on": true
    case "", "false", "0", "no", "off": false
    default: throw invalid(name, "must be true or false")
    }
  }

  /// The value as a secret, kept in the environment when it is there.
  func secret(_ name: String) -> SecretReference {
    if case .environment(let variable) = value(name).origin { .environment(variable) } else { .given(text(name)) }
  }

  /// Who asks for something, for messages: `DATABASE_URL (environment)`, `database_url (file …)`.
  func asker(_ name: String) -> String {
    if case .environment(let variable) = value(name).origin { "$\(variable)" } else { "\(name) (\(value(name).origin))" }
  }

  func invalid(_ name: String, _ message: String) -> HostConfig.Invalid {
    HostConfig.Invalid(key: name, origin: value(name).origin, message: message)
  }

  func list(_ name: String) -> [String] { value(name).texts }

  private static func items(_ text: String) -> [String] {
    text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
  }

  private static func read(_ path: String, isRequired: Bool) throws -> [String: [String]]? {
    guard let data = FileManager.default.contents(atPath: path) else {
      if isRequired { throw ConfigProblem(file: path, line: nil, message: "cannot be read") }
      return nil
    }
    guard let text = String(data: data, encoding: .utf8) else { throw ConfigProblem(file: path, line: nil, message: "is not UTF-8") }
    let document = try TOMLDocument(text, file: path)
    var reader = ConfigReader(document)
    var result: [String: [String]] = [:]
    for key in ConfigKey.all {
      let isWritten = document.root[key.name] != nil
      switch key.kind {
      case .text: if let value = reader.string(key.name), isWritten { result[key.name] = [value] }
      case .list:
        let value = reader.strings(key.name)
        if isWritten { result[key.name] = value }
      }
    }
    reader.finish()
    if !reader.problems.isEmpty { throw ConfigProblems(reader.problems) }
    return result
  }
}
