import JSONRPC

/// Reads one JSON object, naming the member when it is not what it should be. A missing or null member has its default.
struct WireReader {
  let object: JSONObject
  let path: String

  init(_ value: JSON, _ path: String) throws(WireError) {
    guard let object = value.object else { throw WireError(path: path, problem: "expected an object") }
    self.object = object
    self.path = path
  }

  subscript(_ name: String) -> JSON? {
    guard let value = object[name], !value.isNull else { return nil }
    return value
  }

  func text(_ name: String) throws(WireError) -> String? {
    guard let value = self[name] else { return nil }
    guard let text = value.string else { throw wrong(name, "expected a text") }
    return text
  }

  func requiredText(_ name: String) throws(WireError) -> String {
    guard let text = try text(name) else { throw wrong(name, "is missing") }
    return text
  }

  /// - Parameter older: another name of the member, looked at when it is missing.
  func number(_ name: String, or older: String) throws(WireError) -> Double? {
    try number(self[name] == nil ? older : name)
  }

  func number(_ name: String) throws(WireError) -> Double? {
    guard let value = self[name] else { return nil }
    guard let number = value.double, number.isFinite else { throw wrong(name, "expected a finite number") }
    return number
  }

  func int(_ name: String) throws(WireError) -> Int? {
    guard let value = self[name] else { return nil }
    guard let int = value.int else { throw wrong(name, "expected an integer") }
    return Int(int)
  }

  func requiredNumber(_ name: String) throws(WireError) -> Double {
    guard let number = try number(name) else { throw wrong(name, "is missing") }
    return number
  }

  func requiredInt(_ name: String) throws(WireError) -> Int {
    guard let int = try int(name) else { throw wrong(name, "is missing") }
    return int
  }

  func bool(_ name: String) throws(WireError) -> Bool? {
    guard let value = self[name] else { return nil }
    guard let bool = value.bool else { throw wrong(name, "expected true or false") }
    return bool
  }

  func texts(_ name: String) throws(WireError) -> [String] {
    var texts: [String] = []
    for item in try items(name) {
      guard let text = item.string else { throw wrong(name, "expected a list of texts") }
      texts.append(text)
    }
    return texts
  }

  func terms(_ name: String) throws(WireError) -> Set<Term> { Set(try texts(name).map { Term($0) }) }

  func items(_ name: String) throws(WireError) -> [JSON] {
    guard let value = self[name] else { return [] }
    guard let items = value.array else { throw wrong(name, "expected a list") }
    return items
  }

  func reader(_ name: String) throws(WireError) -> WireReader? {
    guard let value = self[name] else { return nil }
    return try WireReader(value, "\(path).\(name)")
  }

  func time(_ name: String) throws(WireError) -> Timestamp? {
    guard let text = try text(name) else { return nil }
    guard let time = Timestamp(text) else { throw wrong(name, "expected an ISO 8601 time") }
    return time
  }

  /// Members that are all numbers, in their order.
  func weights(_ name: String) throws(WireError) -> [NamedWeight] {
    guard let reader = try reader(name) else { return [] }
    var weights: [NamedWeight] = []
    for member in reader.object.names {
      guard let value = try reader.number(member) else { continue }
      weights.append(NamedWeight(name: member, value: value))
    }
    return weights
  }

  func wrong(_ name: String, _ problem: String) -> WireError { WireError(path: "\(path).\(name)", problem: problem) }
}
