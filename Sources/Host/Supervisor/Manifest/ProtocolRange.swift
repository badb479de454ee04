/// Bounds on the protocol's version, as a manifest writes them: `>=1, <2`.
package struct ProtocolRange: Sendable, Equatable {
  package let versions: ClosedRange<Int>?

  /// Contains no version.
  package static let none = ProtocolRange(versions: nil)

  private init(versions: ClosedRange<Int>?) { self.versions = versions }

  /// - Returns: nil for text that is not bounds, or for bounds that leave no version.
  package init?(_ text: String) {
    var low = 1
    var high = 1_000_000
    for part in text.split(separator: ",") {
      let bound = part.filter { $0 != " " }
      let sign = bound.prefix { "<>=".contains($0) }
      guard let version = Int(bound.dropFirst(sign.count)), version >= 0 else { return nil }
      switch sign {
      case ">=": low = max(low, version)
      case ">": low = max(low, version + 1)
      case "<=": high = min(high, version)
      case "<": high = min(high, version - 1)
      case "=", "==", "": (low, high) = (max(low, version), min(high, version))
      default: return nil
      }
    }
    guard low <= high, !text.isEmpty else { return nil }
    versions = low...high
  }

  package func contains(_ version: Int) -> Bool { versions?.contains(version) ?? false }
}
