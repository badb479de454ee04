package import JSONRPC

extension JSON {
  /// The type's name as validation messages write it: DRF's, so Python's.
  package var typeName: String {
    switch self {
    case .null: "NoneType"
    case .bool: "bool"
    case .number(let number): number.isIntegral ? "int" : "float"
    case .string: "str"
    case .array: "list"
    case .object: "dict"
    }
  }
}

extension JSONNumber {
  /// Written without fraction and exponent.
  package var isIntegral: Bool { !literal.utf8.contains { $0 == UInt8(ascii: ".") || $0 | 0x20 == UInt8(ascii: "e") } }
}
