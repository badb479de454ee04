import JSONRPC

/// The rows a text speaks of by number, as `"id":7` or `"source_id":7`, in the order they come up.
///
/// Another telling of the same has other numbers in the same places: this is how the two are known to be the same. Requirements and their
/// delivery standards are numbered each for themselves.
struct RowNumbers: Sendable, Equatable {
  private var rows: [Int64] = []
  private var standards: [Int64] = []

  init() {}

  init(json: JSON) {
    rows = (json["rows"].array ?? []).compactMap(\.int)
    standards = (json["standards"].array ?? []).compactMap(\.int)
  }

  var json: JSON { ["rows": .array(rows.map { .int($0) }), "standards": .array(standards.map { .int($0) })] }

  /// The text without its numbers, which are noted.
  mutating func taken(from text: String) -> String {
    RowNumbers.replacing(text) { isStandard, number in
      if isStandard { standards.append(number) } else { rows.append(number) }
      return 0
    }
  }

  /// A text that speaks of these rows, speaking of the others in their places.
  func moved(_ text: String, to others: RowNumbers) -> String {
    guard self != others else { return text }
    return RowNumbers.replacing(text) { isStandard, number in
      let (old, new) = isStandard ? (standards, others.standards) : (rows, others.rows)
      // Instructions show numbers as examples; the rows come after them.
      guard let place = old.lastIndex(of: number), new.indices.contains(place) else { return number }
      return new[place]
    }
  }

  private static let list = "delivery_standards\":["

  /// - Parameter number: gets each number and whether it is a standard's: it stands in a list of them, or its name says so.
  private static func replacing(_ text: String, _ number: (_ isStandard: Bool, Int64) -> Int64) -> String {
    var out = ""
    var rest = text[...]
    var isInList = false
    while let mark = rest.firstRange(of: "id\"") {
      let before = rest[..<mark.lowerBound]
      if let begin = before.ranges(of: list).last {
        isInList = !before[begin.upperBound...].contains("]")
      } else if before.contains("]") {
        isInList = false
      }
      out += rest[..<mark.upperBound]
      rest = rest[mark.upperBound...]
      let separator = rest.prefix { $0 == " " || $0 == ":" }
      let digits = rest.dropFirst(separator.count).prefix { $0.isASCII && $0.isNumber }
      guard separator.contains(":"), let value = Int64(digits) else { continue }
      out += separator + String(number(isInList || before.hasSuffix("standard_"), value))
      rest = rest.dropFirst(separator.count + digits.count)
    }
    return out + rest
  }
}
