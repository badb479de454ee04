/// The members of a JSON object in the order they were written; a name occurs once.
public struct JSONObject: Sendable {
  /// In the order written, each name once.
  public private(set) var members: [(name: String, value: JSON)] = []

  /// An object without members.
  public init() {}

  /// A later member of the same name replaces the earlier one's value.
  public init(_ members: [(String, JSON)]) {
    for (name, value) in members { self[name] = value }
  }

  /// The member of this name, or nil; setting nil removes it, a new one is appended, and one that is there keeps its place.
  public subscript(_ name: String) -> JSON? {
    get { members.first { $0.name == name }?.value }
    set {
      let index = members.firstIndex { $0.name == name }
      switch (index, newValue) {
      case (let index?, let value?): members[index].value = value
      case (let index?, nil): members.remove(at: index)
      case (nil, let value?): members.append((name, value))
      case (nil, nil): break
      }
    }
  }

  /// In the order of the members.
  public var names: [String] { members.map(\.name) }
  /// Whether there is no member.
  public var isEmpty: Bool { members.isEmpty }
  /// How many members there are.
  public var count: Int { members.count }

  /// This object with the other's members written over it.
  public func merging(_ other: JSONObject) -> JSONObject {
    var merged = self
    for (name, value) in other.members { merged[name] = value }
    return merged
  }

  /// Appends without looking for an earlier member: for the parser, which has looked.
  mutating func appendNew(_ name: String, _ value: JSON) { members.append((name, value)) }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
  /// Of members with the same name the last counts.
  public init(dictionaryLiteral elements: (String, JSON)...) { self.init(elements) }
}

extension JSONObject: Hashable {
  /// Order does not count: RFC 8259 calls an object an unordered collection.
  public static func == (left: JSONObject, right: JSONObject) -> Bool {
    left.count == right.count && left.members.allSatisfy { right[$0.name] == $0.value }
  }

  /// Fits `==`: the order of the members does not count.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(count)
    var sum = 0
    for (name, value) in members {
      var each = Hasher()
      each.combine(name)
      each.combine(value)
      sum &+= each.finalize()
    }
    hasher.combine(sum)
  }
}
