import JSONRPC

/// The members of a JSON object in order, one a column.
package struct RowPlan: Sendable, Equatable {
  package struct Member: Sendable, Equatable {
    package let name: String
    package let format: WireFormat
    /// What stands before the value: `{"name":` or `,"name":`.
    package let lead: [UInt8]
  }

  package private(set) var members: [Member] = []

  init(_ members: [(name: String, format: WireFormat)]) {
    for (name, format) in members { append(name, format) }
  }

  /// Reads ``text``; nil when it is not one.
  package init?(text: String) {
    for part in text.split(separator: ",") {
      guard let colon = part.firstIndex(of: ":"), let format = WireFormat(code: part[part.index(after: colon)...]) else { return nil }
      append(String(part[..<colon]), format)
    }
  }

  private mutating func append(_ name: String, _ format: WireFormat) {
    var lead = [UInt8(ascii: members.isEmpty ? "{" : ",")]
    JSON.writeString(name, to: &lead)
    lead.append(UInt8(ascii: ":"))
    members.append(Member(name: name, format: format, lead: lead))
  }

  /// `id:i,title:s`: names are identifiers, so nothing needs escaping.
  package var text: String { members.map { "\($0.name):\($0.format.code)" }.joined(separator: ",") }

  /// Appends one row as an object.
  package func write(_ values: some Sequence<SQLValue>, to out: inout [UInt8]) {
    if members.isEmpty { out.append(UInt8(ascii: "{")) }
    for (member, value) in zip(members, values) {
      out.append(contentsOf: member.lead)
      member.format.write(value, to: &out)
    }
    out.append(UInt8(ascii: "}"))
  }
}
