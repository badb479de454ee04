import JSONRPC

/// What can be said of a file without running anything.
enum StaticCheck {
  static func errors(_ text: String, _ path: WorkspacePath) -> [String] {
    guard !text.trimmed.isEmpty else { return ["is empty"] }
    switch path.fileExtension {
    case "json":
      do throws(JSONError) {
        _ = try JSON(parsing: text)
        return []
      } catch {
        return ["is not JSON: \(error)"]
      }
    case "html", "htm": return unclosed(text).map { "<\($0)> is not closed" }
    default: return []
    }
  }

  static func warnings(_ text: String) -> [String] {
    let lower = text.lowercased()
    return ["lorem ipsum", "todo:", "fixme"].filter { lower.contains($0) }.map { "holds a placeholder: \($0)" }
  }

  /// Elements that must be closed exactly as often as they are opened.
  private static func unclosed(_ html: String) -> [String] {
    let lower = html.lowercased()
    return ["html", "head", "body", "script", "style", "main", "form", "table"].filter { name in
      let opened = lower.ranges(of: "<\(name)").filter { range in
        let next = lower[range.upperBound...].first
        return next == ">" || next?.isWhitespace == true
      }
      return opened.count != lower.ranges(of: "</\(name)>").count
    }
  }
}
