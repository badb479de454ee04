public import JSONRPC

/// Reads the members of one JSON object strictly: wrong types and unknown members are errors that name their path.
public struct SpecReader {
  /// Where this object stands in the whole.
  public let path: String
  private let object: JSONObject
  private var seen: Set<String> = []

  /// - Parameters:
  ///   - json: the object to read.
  ///   - path: where it stands in the whole; empty = it is the whole.
  /// - Throws: ``SpecError`` when it is no object.
  public init(_ json: JSON, _ path: String) throws(SpecError) {
    guard case .object(let object) = json else { throw SpecError(path, "must be an object") }
    self.object = object
    self.path = path
  }

  /// The path of a member.
  public func at(_ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }

  /// The member as it is, or nil when absent.
  public mutating func json(_ name: String) -> JSON? {
    seen.insert(name)
    return object[name]
  }

  /// A text; nil when absent or null.
  public mutating func string(_ name: String) throws(SpecError) -> String? {
    guard let value = json(name), !value.isNull else { return nil }
    guard let text = value.string else { throw SpecError(at(name), "must be a string") }
    return text
  }

  /// A text that must be there.
  public mutating func require(_ name: String) throws(SpecError) -> String {
    guard let text = try string(name), !text.isEmpty else { throw SpecError(at(name), "is required") }
    return text
  }

  /// A whole number; nil when absent or null.
  public mutating func int(_ name: String) throws(SpecError) -> Int? {
    guard let value = json(name), !value.isNull else { return nil }
    guard let number = value.int else { throw SpecError(at(name), "must be an integer") }
    return Int(number)
  }

  /// True or false; absent = false.
  public mutating func bool(_ name: String) throws(SpecError) -> Bool {
    guard let value = json(name), !value.isNull else { return false }
    guard let flag = value.bool else { throw SpecError(at(name), "must be true or false") }
    return flag
  }

  /// A list of texts; absent = empty.
  public mutating func strings(_ name: String) throws(SpecError) -> [String] {
    try list(name) { (item, path) throws(SpecError) in
      guard let text = item.string else { throw SpecError(path, "must be a string") }
      return text
    }
  }

  /// The elements of a list, each read by `read`; absent = empty.
  public mutating func list<T>(_ name: String, _ read: (JSON, String) throws(SpecError) -> T) throws(SpecError) -> [T] {
    guard let value = json(name), !value.isNull else { return [] }
    guard let items = value.array else { throw SpecError(at(name), "must be a list") }
    var result: [T] = []
    for (index, item) in items.enumerated() { result.append(try read(item, "\(at(name))[\(index)]")) }
    return result
  }

  /// The members of an object, each read by `read`, in order; absent = empty.
  public mutating func members<T>(_ name: String, _ read: (JSON, String) throws(SpecError) -> T) throws(SpecError) -> [(String, T)] {
    guard let value = json(name), !value.isNull else { return [] }
    guard let object = value.object else { throw SpecError(at(name), "must be an object") }
    var result: [(String, T)] = []
    for (key, item) in object.members { result.append((key, try read(item, "\(at(name)).\(key)"))) }
    return result
  }

  /// An object; nil when absent or null.
  public mutating func object(_ name: String) throws(SpecError) -> JSONObject? {
    guard let value = json(name), !value.isNull else { return nil }
    guard let object = value.object else { throw SpecError(at(name), "must be an object") }
    return object
  }

  /// Call last: a member that nobody asked for is an error.
  public func finish() throws(SpecError) {
    for name in object.names where !seen.contains(name) { throw SpecError(at(name), "is not known here") }
  }
}
