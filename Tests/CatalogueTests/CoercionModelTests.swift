import Catalogue
import Foundation
import JSONRPC
import PluginProtocol
import Testing

/// Random values against a model of the rules that shares no code with them: written from contract http.md, sections 3 and 5, and from how
/// the original's validators count digits, with regular expressions and Foundation instead of bytes.
@Suite struct CoercionModelTests {
  private static let valuesPerField = 1_500

  @Test(arguments: [1, 2, 3] as [UInt64]) func `coerces random values as the model of the rules does`(seed: UInt64) {
    var random = ValueGenerator(seed: seed)
    let coercion = FieldCoercion { ["project": FieldType.bigint, "round": .uuid][$0] }
    for field in CoercionModel.fields where !field.isReadOnly {
      for _ in 0..<Self.valuesPerField {
        let sent = random.value(for: field)
        let expected = CoercionModel.coerce(sent, field)
        let found: CoercionModel.Outcome
        do throws(InvalidValue) { found = .stored(try coercion.coerce(sent, field)) } catch { found = .refused(error.messages) }
        guard found != expected else { continue }
        Issue.record("seed \(seed): \(field.name) ← \(sent.text)\nfound \(found)\nexpected \(expected)")
        break
      }
    }
  }

  @Test(arguments: [11, 12] as [UInt64]) func `judges random bodies as the model of the rules does, in every mode`(seed: UInt64) {
    var random = ValueGenerator(seed: seed)
    let coercion = FieldCoercion { ["project": FieldType.bigint, "round": .uuid][$0] }
    let validation = BodyValidation(CoercionModel.fields, coercion)
    for _ in 0..<600 {
      var body: JSONObject = ["unknown": 1]
      for field in CoercionModel.fields where random.chance(60) { body[field.wireName] = random.value(for: field) }
      for mode in [BodyValidation.Mode.create, .replace, .update] {
        let expected = CoercionModel.judge(body, mode)
        let found: Result<JSONObject, FieldErrors>
        do throws(FieldErrors) { found = .success(try validation.values(body, mode)) } catch { found = .failure(error) }
        switch (found, expected) {
        case (.success(let left), .success(let right)) where left == right: continue
        case (.failure(let left), .failure(let right)) where left.json == right.json: continue
        default:
          Issue.record("seed \(seed), \(mode): \(JSON.object(body).text)\nfound \(found)\nexpected \(expected)")
          return
        }
      }
    }
  }
}

/// The rules, slowly.
private enum CoercionModel {
  enum Outcome: Equatable {
    case stored(JSON)
    case refused([String])
  }

  struct Refused: Error { let json: JSONObject }

  static let fields: [FieldSpec] = [
    .text("name", max: 8).required(), .text("note", max: 8), .integer("count").with { $0.minimum = -5 }, .bigint("size").required(),
    .float("score"), .decimal("cost", 6, 2), .decimal("ratio", 4, 4).nullable(), .boolean("is_on", default: false),
    .choice("status", ["draft", "done", "True", "1"], default: "draft"), .datetime("at").nullable(), .uuid("token").nullable(),
    .reference("project", to: "project").required().written(as: "project_id"), .reference("round", to: "round").nullable(),
    .json("options", default: [:]), .json("skills", default: []), .text("fixed").immutable(), .text("made").readOnly(),
  ]

  static func judge(_ body: JSONObject, _ mode: BodyValidation.Mode) -> Result<JSONObject, Refused> {
    var values: JSONObject = [:]
    var errors: JSONObject = [:]
    for field in fields {
      if field.name == "made" { continue }
      if field.name == "fixed", mode != .create { continue }
      let wire = field.name == "project" ? "project_id" : field.name
      if let sent = body[wire] {
        switch coerce(sent, field) {
        case .stored(let value): values[field.name] = value
        case .refused(let messages): errors[wire] = JSON(messages)
        }
      } else if ["name", "size", "project"].contains(field.name), mode != .update {
        errors[wire] = ["This field is required."]
      }
    }
    return errors.isEmpty ? .success(values) : .failure(Refused(json: errors))
  }

  static func coerce(_ value: JSON, _ field: FieldSpec) -> Outcome {
    if value == JSON.null { return field.isNullable ? .stored(.null) : .refused(["This field may not be null."]) }
    switch field.name {
    case "name": return text(value, mayBeBlank: false)
    case "note": return text(value, mayBeBlank: true)
    case "fixed": return text(value, mayBeBlank: true, limit: .max)
    case "count": return integer(value, from: -2_147_483_648, to: 2_147_483_647, least: -5)
    case "size": return integer(value, from: Decimal(Int64.min), to: Decimal(Int64.max), least: nil)
    case "score": return float(value)
    case "cost": return decimal(value, digits: 6, places: 2)
    case "ratio": return decimal(value, digits: 4, places: 4)
    case "is_on": return boolean(value)
    case "status": return choice(value, ["draft", "done", "True", "1"])
    case "at": return datetime(value)
    case "token": return uuid(value, "Must be a valid UUID.")
    case "project": return value == "" ? .refused(["This field may not be null."]) : key(value)
    case "round": return value == "" ? .stored(.null) : uuid(value, "Incorrect type. Expected pk value, received \(python(value)).")
    case "options": return container(value, value.object != nil, "Expected a dictionary of items but got type \"\(python(value))\".")
    default: return container(value, value.array != nil, "Expected a list of items but got type \"\(python(value))\".")
    }
  }

  private static func python(_ value: JSON) -> String {
    switch value {
    case .null: "NoneType"
    case .bool: "bool"
    case .string: "str"
    case .array: "list"
    case .object: "dict"
    case .number(let number): number.literal.contains(where: { ".eE".contains($0) }) ? "float" : "int"
    }
  }

  /// What Python strips: Foundation's white space has U+200B besides, and lacks the separators.
  private static let blanks = CharacterSet.whitespacesAndNewlines.subtracting(CharacterSet(charactersIn: "\u{200B}"))
    .union(CharacterSet(charactersIn: "\u{1C}\u{1D}\u{1E}\u{1F}"))

  private static func stripped(_ text: String) -> String { text.trimmingCharacters(in: blanks) }

  private static func text(_ value: JSON, mayBeBlank: Bool, limit: Int = 8) -> Outcome {
    let raw: String
    switch value {
    case .string(let text): raw = stripped(text)
    case .number(let number): raw = number.literal
    default: return .refused(["Not a valid string."])
    }
    if raw == "" { return mayBeBlank ? .stored("") : .refused(["This field may not be blank."]) }
    var messages: [String] = []
    if Array(raw.unicodeScalars).count > limit { messages.append("Ensure this field has no more than \(limit) characters.") }
    if raw.unicodeScalars.contains(where: { $0.value == 0 }) { messages.append("Null characters are not allowed.") }
    return messages.isEmpty ? .stored(.string(raw)) : .refused(messages)
  }

  private static func choice(_ value: JSON, _ choices: [String]) -> Outcome {
    let text: String
    switch value {
    case .string(let string): text = string
    case .bool(let flag): text = flag ? "True" : "False"
    default: text = value.text
    }
    return choices.contains(text) ? .stored(.string(text)) : .refused(["\"\(text)\" is not a valid choice."])
  }

  /// Whole digits, perhaps with a point and zeros behind.
  private static func whole(_ value: JSON) -> Decimal? {
    let text: String
    switch value {
    case .string(let string): text = stripped(string)
    case .number(let number):
      guard let double = Double(number.literal) else { return nil }
      // 1.0 and 1e2 are whole; what a double cannot hold is taken as written.
      text = number.literal.contains(where: { ".eE".contains($0) }) ? "\(double)" : number.literal
    default: return nil
    }
    guard let match = text.wholeMatch(of: #/([+-]?[0-9]+)(?:\.0*)?/#) else { return nil }
    return Decimal(string: String(match.1))
  }

  private static func integer(_ value: JSON, from low: Decimal, to high: Decimal, least: Decimal?) -> Outcome {
    guard let number = whole(value) else { return .refused(["A valid integer is required."]) }
    if number > high { return .refused(["Ensure this value is less than or equal to \(high)."]) }
    if number < low { return .refused(["Ensure this value is greater than or equal to \(low)."]) }
    if let least, number < least { return .refused(["Ensure this value is greater than or equal to \(least)."]) }
    return .stored(.int(Int64("\(number)") ?? 0))
  }

  private static func key(_ value: JSON) -> Outcome {
    guard let number = whole(value) else { return .refused(["Incorrect type. Expected pk value, received \(python(value))."]) }
    guard let key = Int64("\(number)") else {
      return .refused(["Invalid pk \"\(value.string ?? value.text)\" - object does not exist."])
    }
    return .stored(.int(key))
  }

  private static func numeral(_ value: JSON) -> String? {
    let text: String
    switch value {
    case .string(let string): text = stripped(string)
    case .number(let number):
      text = number.literal.contains(where: { ".eE".contains($0) }) ? "\(Double(number.literal) ?? 0)" : number.literal
    default: return nil
    }
    return text.wholeMatch(of: #/[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?/#) == nil ? nil : text
  }

  private static func float(_ value: JSON) -> Outcome {
    guard let text = numeral(value), let number = Double(text), number.isFinite else { return .refused(["A valid number is required."]) }
    return .stored(.double(number))
  }

  /// As the original counts: the digits and the exponent of the number as written.
  private static func decimal(_ value: JSON, digits: Int, places: Int) -> Outcome {
    guard let text = numeral(value), let match = text.wholeMatch(of: #/([+-]?)([0-9]*)\.?([0-9]*)(?:[eE]([+-]?[0-9]+))?/#) else {
      return .refused(["A valid number is required."])
    }
    let fraction = String(match.3)
    var written = String(match.2) + fraction
    while written.count > 1, written.hasPrefix("0") { written.removeFirst() }
    let exponent = (match.4.flatMap { Int($0) } ?? 0) - fraction.count
    let total = exponent >= 0 ? written.count + exponent : max(written.count, -exponent)
    let behind = max(0, -exponent)
    let before = exponent >= 0 ? total : max(0, written.count + exponent)
    if total > digits { return .refused(["Ensure that there are no more than \(digits) digits in total."]) }
    if behind > places { return .refused(["Ensure that there are no more than \(places) decimal places."]) }
    if before > digits - places {
      return .refused(["Ensure that there are no more than \(digits - places) digits before the decimal point."])
    }
    var scaled = Int(written) ?? 0
    for _ in 0..<(places + exponent) { scaled *= 10 }
    var unit = 1
    for _ in 0..<places { unit *= 10 }
    let sign = match.1 == "-" && scaled != 0 ? "-" : ""
    let rest = "\(scaled % unit)"
    return .stored(.string("\(sign)\(scaled / unit).\(String(repeating: "0", count: places - rest.count))\(rest)"))
  }

  private static func boolean(_ value: JSON) -> Outcome {
    switch value {
    case .bool(let flag): return .stored(.bool(flag))
    case .number(let number) where Double(number.literal) == 1: return .stored(true)
    case .number(let number) where Double(number.literal) == 0: return .stored(false)
    case .string(let text):
      let word = stripped(text).lowercased()
      if "true t yes y on 1".split(separator: " ").contains(word[...]) { return .stored(true) }
      if "false f no n off 0".split(separator: " ").contains(word[...]) { return .stored(false) }
    default: break
    }
    return .refused(["Must be a valid boolean."])
  }

  private static let formats = "YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z]"

  private static func datetime(_ value: JSON) -> Outcome {
    let refused = Outcome.refused(["Datetime has wrong format. Use one of these formats instead: \(formats)."])
    guard let text = value.string.map(stripped) else { return refused }
    let pattern = #/(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,6}))?)?(Z|[+-]\d\d:\d\d)?)?/#
    guard let match = text.wholeMatch(of: pattern) else { return refused }
    func number(_ part: Substring?) -> Int { part.flatMap { Int($0) } ?? 0 }
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = .gmt
    let parts = DateComponents(
      year: number(match.1), month: number(match.2), day: number(match.3), hour: number(match.4), minute: number(match.5),
      second: number(match.6))
    guard (1...12).contains(number(match.2)), number(match.4) < 24, number(match.5) < 60, number(match.6) < 60, number(match.1) > 0,
      let date = calendar.date(from: parts), calendar.component(.day, from: date) == number(match.3)
    else { return refused }
    var seconds = Int(date.timeIntervalSince1970.rounded())
    if let zone = match.8, zone != "Z" {
      let (hours, minutes) = (Int(zone.dropFirst().prefix(2)) ?? 0, Int(zone.suffix(2)) ?? 0)
      guard hours < 24, minutes < 60 else { return refused }
      seconds -= (hours * 3600 + minutes * 60) * (zone.hasPrefix("-") ? -1 : 1)
    }
    let shown = calendar.dateComponents([.year, .month, .day, .hour, .minute, .second], from: Date(timeIntervalSince1970: Double(seconds)))
    func padded(_ number: Int?, _ width: Int = 2) -> String {
      let text = "\(number ?? 0)"
      return String(repeating: "0", count: max(0, width - text.count)) + text
    }
    let micros = match.7.map { $0.padding(toLength: 6, withPad: "0", startingAt: 0) } ?? "000000"
    let time = "\(padded(shown.hour)):\(padded(shown.minute)):\(padded(shown.second))" + (micros == "000000" ? "" : ".\(micros)")
    return .stored(.string("\(padded(shown.year, 4))-\(padded(shown.month))-\(padded(shown.day))T\(time)Z"))
  }

  private static func uuid(_ value: JSON, _ message: String) -> Outcome {
    guard let text = value.string, let uuid = UUID(uuidString: text) else { return .refused([message]) }
    return .stored(.string(uuid.uuidString.lowercased()))
  }

  private static func container(_ value: JSON, _ fits: Bool, _ message: String) -> Outcome {
    guard fits else { return .refused([message]) }
    return value.text.contains("\\u0000") ? .refused(["Null characters are not allowed."]) : .stored(value)
  }
}

/// Values that lie near the borders of the rules.
private struct ValueGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed &* 0xD134_2543_DE82_EF95 }

  /// SplitMix64.
  private mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(limit)) }
  mutating func chance(_ percent: Int) -> Bool { below(100) < percent }
  private mutating func pick<T>(_ items: [T]) -> T { items[below(items.count)] }

  mutating func value(for field: FieldSpec) -> JSON {
    if chance(15) { return anything() }
    switch field.type {
    case .text: return .string(field.choices.isEmpty ? text() : pick(field.choices + ["", "Draft", " draft", "nope"]))
    case .integer, .bigint, .float, .decimal, .reference(to: "project", onDelete: _): return number()
    case .boolean: return pick([true, false, 1, 0, 1.0, 2, "1", " Yes", "oN", "f", "N", "FALSE", "maybe", ""])
    case .datetime: return .string(datetime())
    case .uuid, .reference: return .string(uuid())
    case .json: return pick([[:], [], ["a": 1], ["a"], ["a": ["b": "\0"]], ["\0"], "x", 1, true])
    }
  }

  private mutating func anything() -> JSON {
    switch below(7) {
    case 0: .null
    case 1: .bool(chance(50))
    case 2: number()
    case 3: .string(text())
    case 4: pick([[], [1], ["a"]])
    case 5: pick([[:], ["a": 1]])
    default: .string(datetime())
    }
  }

  private mutating func text() -> String {
    let pieces = ["a", "é", "e\u{301}", "日", "🙂", " ", "\t", "\n", "\u{A0}", "\u{3000}", "\u{1F}", "\0", "/", "1", "-", "\u{200B}"]
    return (0..<below(11)).map { _ in pick(pieces) }.joined()
  }

  /// Written as a number, or as text of one.
  private mutating func number() -> JSON {
    let isText = chance(50)
    var literal = chance(25) ? "-" : ""
    if isText, chance(10) { literal = "+" }
    let whole = (0..<(1 + below(pick([2, 5, 9, 12, 20])))).map { _ in "\(below(10))" }.joined()
    // JSON knows no leading zeros.
    literal +=
      isText && chance(30)
      ? whole
      : {
        let cut = String(whole.drop { $0 == "0" }); return cut.isEmpty ? "0" : cut
      }()
    if chance(45) { literal += "." + (0..<(1 + below(4))).map { _ in "\(chance(50) ? 0 : below(10))" }.joined() }
    if chance(10) { literal += pick(["e0", "e1", "E2", "e-1", "e+2"]) }
    guard isText else { return (try? JSON(parsing: literal)) ?? 0 }
    if chance(10) { literal = pick(["", "NaN", "Infinity", "1,5", "0x1", "1_0", ".5", "5.", ".", "--1", "1e", "１"]) }
    return .string(chance(15) ? " \(literal)\t" : literal)
  }

  private mutating func datetime() -> String {
    func two(_ limit: Int) -> String { let number = below(limit); return number < 10 ? "0\(number)" : "\(number)" }
    var text = pick(["2024", "2023", "1970", "1999", "9998", "1900"]) + "-" + two(14) + "-" + two(33)
    if chance(15) { return text }
    text += pick(["T", "T", " ", "x"]) + two(26) + ":" + two(62)
    if chance(60) {
      text += ":" + two(62)
      if chance(50) { text += "." + (0..<(1 + below(6))).map { _ in "\(below(10))" }.joined() }
    }
    return text + pick(["", "Z", "+02:00", "-11:30", "+23:59", "+24:00", "Zx", " "])
  }

  private mutating func uuid() -> String {
    var digits = (0..<32).map { _ in pick(Array("0123456789abcdefABCDEF")) }
    if chance(15) { digits[below(32)] = "g" }
    let text = String(digits)
    let cuts = [0, 8, 12, 16, 20, 32]
    let parts = zip(cuts, cuts.dropFirst()).map { text.dropFirst($0).prefix($1 - $0) }
    let whole = parts.joined(separator: "-")
    return chance(10) ? String(whole.dropLast(below(3) + 1)) : whole
  }
}
