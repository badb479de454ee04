package import JSONRPC
import TOMLKit

/// A parsed TOML file: its values, and the line on which each key stands.
package struct TOMLDocument: Sendable {
  /// As messages name it.
  package let file: String
  package let root: JSONObject
  private let lines: TOMLKeyLines

  /// - Parameters:
  ///   - text: the file's content.
  ///   - file: the name that problems carry, e.g. `plugins.d/30-chat.toml`.
  /// - Throws: ``ConfigProblem`` with the line of a syntax error.
  package init(_ text: String, file: String) throws(ConfigProblem) {
    self.file = file
    lines = TOMLKeyLines(text)
    do {
      let table = try TOMLTable(string: text)
      root = try JSON(parsing: table.convert(to: .json, options: .quoteDateAndTimes)).object ?? [:]
    } catch let error as TOMLParseError {
      throw ConfigProblem(file: file, line: error.source.begin.line, message: error.description)
    } catch {
      throw ConfigProblem(file: file, line: nil, message: "a value that JSON cannot hold: \(error)")
    }
  }

  /// The line of a key, or of the nearest table around it.
  package func line(of path: [String]) -> Int? {
    var path = path
    while !path.isEmpty {
      if let line = lines[path] { return line }
      path.removeLast()
    }
    return nil
  }
}
