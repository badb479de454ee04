/// URLs as the original's validator takes them: http, https, ftp or ftps, a host with a top-level domain, `localhost` or an address.
enum URLText {
  static func isValid(_ text: String) -> Bool {
    guard text.utf8.count <= 2048, !text.unicodeScalars.contains(where: { $0.properties.isWhitespace || $0.value < 0x20 }) else {
      return false
    }
    guard let separator = text.firstRange(of: "://") else { return false }
    guard ["http", "https", "ftp", "ftps"].contains(text[..<separator.lowerBound].lowercased()) else { return false }
    let rest = text[separator.upperBound...]
    var authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    if let at = authority.lastIndex(of: "@") {
      let user = authority[..<at]
      guard !user.isEmpty, user.filter({ $0 == ":" }).count <= 1, !user.hasPrefix(":"), !user.contains("@") else { return false }
      authority = authority[authority.index(after: at)...]
    }
    if authority.hasPrefix("[") { return isBracketed(authority) }
    let pieces = authority.split(separator: ":", omittingEmptySubsequences: false)
    guard (1...2).contains(pieces.count), pieces.count == 1 || isPort(pieces[1]) else { return false }
    return isHost(pieces[0])
  }

  private static func isBracketed(_ authority: Substring) -> Bool {
    guard let close = authority.firstIndex(of: "]") else { return false }
    let after = authority[authority.index(after: close)...]
    guard after.isEmpty || (after.hasPrefix(":") && isPort(after.dropFirst())) else { return false }
    return isIPv6(authority[..<close].dropFirst())
  }

  private static func isPort(_ text: Substring) -> Bool { (1...5).contains(text.count) && text.allSatisfy(\.isASCIIDigit) }

  private static func isHost(_ host: Substring) -> Bool {
    guard !host.isEmpty, host.utf8.count <= 253 else { return false }
    if host.lowercased() == "localhost" { return true }
    let labels = host.split(separator: ".", omittingEmptySubsequences: false)
    if labels.count == 4, labels.allSatisfy({ $0.allSatisfy(\.isASCIIDigit) }) { return labels.allSatisfy(isOctet) }
    var names = labels[...]
    if names.count > 2, names.last?.isEmpty == true { names = names.dropLast() }
    guard names.count >= 2, let top = names.last else { return false }
    return names.allSatisfy(isLabel) && top.unicodeScalars.count >= 2
      && (top.lowercased().hasPrefix("xn--") || !top.contains(where: \.isASCIIDigit))
  }

  private static func isOctet(_ text: Substring) -> Bool {
    guard let value = Int(text), value <= 255 else { return false }
    return text.count == 1 || !text.hasPrefix("0")
  }

  private static func isLabel(_ label: Substring) -> Bool {
    (1...63).contains(label.unicodeScalars.count) && !label.hasPrefix("-") && !label.hasSuffix("-")
      && label.unicodeScalars.allSatisfy { scalar in
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "-", "\u{A1}"..."\u{FFFF}": true
        default: false
        }
      }
  }

  /// Groups of hexadecimal digits with at most one `::`; an IPv4 tail is allowed.
  private static func isIPv6(_ text: Substring) -> Bool {
    let halves = text.ranges(of: "::")
    guard halves.count <= 1 else { return false }
    var groups = text.split(separator: ":", omittingEmptySubsequences: true)
    var count = groups.count
    if let last = groups.last, last.contains(".") {
      let octets = last.split(separator: ".", omittingEmptySubsequences: false)
      guard octets.count == 4, octets.allSatisfy({ !$0.isEmpty && $0.allSatisfy(\.isASCIIDigit) && isOctet($0) }) else { return false }
      groups.removeLast()
      count += 1
    }
    guard groups.allSatisfy({ $0.count <= 4 && $0.allSatisfy(\.isHexDigit) && $0.utf8.count == $0.count }) else { return false }
    guard !text.hasPrefix(":") || text.hasPrefix("::"), !text.hasSuffix(":") || text.hasSuffix("::") else { return false }
    return halves.isEmpty ? count == 8 : count <= 7
  }
}

extension Character {
  fileprivate var isASCIIDigit: Bool { ("0"..."9").contains(self) && isASCII }
}
