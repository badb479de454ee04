import JSONRPC
import PluginProtocol

/// Random operations on the world, the same for the same seed. Most make sense; some break a rule on purpose.
struct OperationGenerator {
  private var state: UInt64
  /// Keys seen so far, right and wrong tenant alike.
  var known: [String: [JSON]] = [:]

  init(seed: UInt64) { state = seed &+ 0x9E37_79B9_7F4A_7C15 }

  /// SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators).
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(limit)) }
  mutating func chance(_ percent: Int) -> Bool { below(100) < percent }
  mutating func pick<T>(_ items: [T]) -> T { items[below(items.count)] }

  mutating func word() -> String { pick(["", "a", "B", "Ünder_1", "ß%", "hidden", "日本", "a b", "Z\"q\\"]) + String(below(12)) }

  mutating func key(_ collection: String) -> JSON {
    let keys = known[collection, default: []]
    if collection == "setting", keys.isEmpty { return "none" }
    if keys.isEmpty || chance(4) {
      return ["agent", "project", "conversation", "task", "folder", "invoice"].contains(collection)
        ? .int(below(400) + 1) : "cccccccc-0000-4000-8000-0000000000ff"
    }
    // Late ones are more likely to be there still.
    return keys[max(0, keys.count - 1 - below(min(keys.count, 24)))]
  }

  private mutating func value(_ field: FieldSpec) -> JSON {
    if field.isNullable ? chance(25) : chance(1) { return .null }
    switch field.type {
    case .text: return field.choices.isEmpty ? .string(word()) : .string(pick(field.choices))
    case .integer, .bigint: return .int(below(20))
    case .float: return .double(Double(below(64)) / 8)
    case .decimal(_, let places): return .string("\(below(50) - 10).\(String(repeating: "5", count: min(places, 2)))")
    case .boolean: return .bool(chance(50))
    case .datetime: return .string("2026-0\(below(9) + 1)-1\(below(10))T0\(below(10)):00:0\(below(10))Z")
    case .json: return pick([[:], ["k": [1, .null, "x"]], [1.5, false], "text"])
    case .uuid: return .string("dddddddd-0000-4000-8000-00000000000\(below(10))")
    case .reference(let to, _): return key(to)
    }
  }

  private mutating func object(_ spec: CollectionSpec) -> JSONObject {
    var object: JSONObject = [:]
    for field in spec.fields where field.auto == nil && (field.isRequired ? !chance(1) : chance(60)) { object[field.name] = value(field) }
    return object
  }

  mutating func filter(_ spec: CollectionSpec) -> [Condition] {
    var conditions: [Condition] = []
    for _ in 0..<below(3) {
      if chance(15) {
        conditions.append(.any([[condition(spec)], [condition(spec), condition(spec)]]))
      } else {
        conditions.append(condition(spec))
      }
    }
    return conditions
  }

  private mutating func condition(_ spec: CollectionSpec) -> Condition {
    var fields = spec.fields.filter { $0.auto == nil && $0.type != .json }
    var prefix = ""
    let references = fields.filter { if case .reference = $0.type { true } else { false } }
    if !references.isEmpty, chance(25), case let reference = pick(references), case .reference(let to, _) = reference.type,
      let target = ConformanceWorld.modelled.first(where: { $0.name == to })
    {
      prefix = reference.name + "."
      fields = target.fields.filter { $0.auto == nil && $0.type != .json }
    }
    let field = pick(fields)
    let path = prefix + field.name
    if chance(10) { return .isNull(path, chance(50)) }
    if field.type == .text, chance(30) {
      return .compare(field: path, op: .contains, value: .string(pick(["A", "ü", "%", "_1", "Q\\", "日", ""])))
    }
    if chance(20) { return .isIn(path, (0..<below(4)).map { _ in value(field) }) }
    return .compare(field: path, op: pick([.eq, .ne, .lt, .le, .gt, .ge]), value: value(field))
  }

  mutating func spec() -> CollectionSpec { pick(ConformanceWorld.modelled) }

  mutating func step() -> StorageStep {
    let spec = spec()
    switch below(20) {
    case 0..<9:
      return .insert(.init(spec.name, rows: (0...(chance(20) ? below(4) : 0)).map { _ in object(spec) }))
    case 9..<13:
      var set: JSONObject = [:]
      for field in spec.fields where field.auto == nil && field.name != spec.keyField && chance(25) { set[field.name] = value(field) }
      var increment: JSONObject = [:]
      for field in spec.fields where set[field.name] == nil && chance(40) {
        switch field.type {
        case .integer, .bigint, .float, .decimal: increment[field.name] = value(field)
        default: break
        }
      }
      for name in increment.names where increment[name]?.isNull == true { increment[name] = nil }
      let filter = chance(70) ? [Condition.eq("$key", key(spec.name))] : filter(spec) + [.isNull("$key", false)]
      return .update(.init(spec.name, filter: filter, set: set, increment: increment))
    case 13..<15:
      guard let match = spec.unique.first?.fields else { return .expect(expectation(spec)) }
      var values = object(spec)
      for field in spec.fields where match.contains(field.name) { values[field.name] = value(field.with { $0.isNullable = false }) }
      guard match.allSatisfy({ values[$0]?.isNull == false }) else { return .expect(expectation(spec)) }
      return .upsert(.init(spec.name, match: match, values: values))
    case 15..<18:
      return .delete(
        collection: spec.name, filter: chance(85) ? [.eq("$key", key(spec.name))] : filter(spec) + [.isNull("$key", false)], expect: nil)
    default: return .expect(expectation(spec))
    }
  }

  private mutating func expectation(_ spec: CollectionSpec) -> StorageStep.Expectation {
    .init(spec.name, filter: filter(spec), minimum: chance(15) ? 3 : 0, maximum: chance(15) ? 6 : nil, tag: "t")
  }

  mutating func read() -> StorageRead {
    let spec = spec()
    let orders = spec.fields.filter { $0.auto == nil && $0.type != .json }.map { chance(50) ? $0.name : "-\($0.name)" }
    let shapes = spec.shapes.keys.sorted().filter { $0 != "list" || spec.name != "round" }
    let plain = Shape(spec.fields.filter { $0.auto == nil }.map { .field($0.name, as: $0.name) })
    let selection = StorageRead.Selection(
      spec.name, filter: filter(spec), order: (0..<below(3)).map { _ in pick(orders) }, limit: below(8), offset: chance(30) ? below(5) : 0,
      shape: shapes.isEmpty || chance(40) ? .inline(plain) : .named(pick(shapes)))
    switch below(6) {
    case 0: return .page(selection)
    case 1: return .get(selection)
    case 2: return .count(collection: spec.name, filter: selection.filter)
    case 3: return .aggregate(aggregate(spec))
    case 4: return .many([.select(selection), .count(collection: spec.name, filter: [])])
    default: return .select(selection)
    }
  }

  private mutating func aggregate(_ spec: CollectionSpec) -> StorageRead.Aggregate {
    var measures = [StorageRead.Measure.count("n")]
    for field in spec.fields where field.auto == nil {
      switch field.type {
      case .integer, .bigint, .float, .decimal:
        measures.append(.init("m_\(field.name)", pick([.sum, .avg, .min, .max]), field.name))
      case .text, .datetime: measures.append(.init("m_\(field.name)", pick([.min, .max]), field.name))
      default: break
      }
    }
    let groups = spec.fields.filter { field in
      switch field.type {
      case .text, .boolean, .reference, .integer: true
      default: false
      }
    }
    return .init(spec.name, filter: filter(spec), group: groups.isEmpty || chance(30) ? [] : [pick(groups).name], measures: measures)
  }
}
