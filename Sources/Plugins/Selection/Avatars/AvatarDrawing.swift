/// A picture of 256 by 256 drawn from a code: colours and shapes follow from its digits and nothing else.
struct AvatarDrawing: Sendable {
  /// Digits of a code.
  static let codeLength = 16

  private let style: AvatarStyle
  private let seed: UInt64
  /// Letters to show, one or two.
  private let initials: String

  /// - Returns: nil for a code that is not sixteen hexadecimal digits.
  init?(_ style: AvatarStyle, code: String, initials: String = "") {
    guard code.utf8.count == Self.codeLength, let seed = UInt64(code, radix: 16) else { return nil }
    self.style = style
    self.seed = seed
    self.initials = String(initials.prefix(2).filter { $0.isLetter || $0.isNumber })
  }

  var svg: String {
    """
    <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 256 256" width="256" height="256" role="img">\(definitions)\
    <rect width="256" height="256" fill="url(#b)"/>\(figure)</svg>

    """
  }

  /// A few bits of the code, from the lowest.
  private func bits(_ shift: UInt64, _ count: UInt64) -> Int { Int((seed >> shift) & ((1 << count) - 1)) }

  private var hue: Int { bits(0, 16) % 360 }
  private var otherHue: Int { (hue + 40 + bits(16, 7)) % 360 }

  private var definitions: String {
    """
    <defs><linearGradient id="b" x1="0" y1="0" x2="1" y2="1"><stop offset="0" stop-color="hsl(\(hue),55%,48%)"/>\
    <stop offset="1" stop-color="hsl(\(otherHue),60%,34%)"/></linearGradient>\
    <radialGradient id="s" cx=".35" cy=".3" r=".8"><stop offset="0" stop-color="hsl(\(otherHue),85%,82%)"/>\
    <stop offset="1" stop-color="hsl(\(otherHue),70%,30%)"/></radialGradient></defs>
    """
  }

  private var figure: String {
    switch style {
    case .professional: person + letters
    case .cartoon: face
    case .pixel: squares
    case .solid: ball + letters
    }
  }

  /// Head and shoulders when there are no letters to show.
  private var person: String {
    guard initials.isEmpty else { return "" }
    let head = 40 + bits(24, 3)
    return """
      <circle cx="128" cy="100" r="\(head)" fill="#fff" fill-opacity=".9"/>\
      <path d="M40 256c0-\(60 + bits(27, 4)) 40-96 88-96s88 36 88 96z" fill="#fff" fill-opacity=".9"/>
      """
  }

  private var letters: String {
    guard !initials.isEmpty else { return "" }
    return """
      <text x="128" y="132" fill="#fff" font-family="sans-serif" font-size="\(initials.count == 1 ? 128 : 96)" font-weight="600" \
      text-anchor="middle" dominant-baseline="central">\(initials)</text>
      """
  }

  private var face: String {
    let (eye, apart, mouth) = (10 + bits(24, 3), 30 + bits(27, 4), bits(31, 5) - 8)
    return """
      <circle cx="128" cy="136" r="88" fill="hsl(\(20 + bits(36, 4)),70%,\(60 + bits(40, 4))%)"/>\
      <circle cx="\(128 - apart)" cy="118" r="\(eye)"/><circle cx="\(128 + apart)" cy="118" r="\(eye)"/>\
      <path d="M84 168q44 \(mouth + 16) 88 0" fill="none" stroke="#000" stroke-width="8" stroke-linecap="round"/>\
      <path d="M40 120q\(20 + bits(44, 5))-100 88-92t88 92q-88-\(40 + bits(49, 5))-176 0z" fill="hsl(\(bits(54, 8) % 360),40%,25%)"/>
      """
  }

  /// Five by five, its right half the mirror of its left.
  private var squares: String {
    var squares = ""
    for row in 0..<5 {
      for column in 0..<5 where bits(UInt64(24 + row * 3 + min(column, 4 - column)), 1) == 1 {
        squares += "<rect x=\"\(28 + column * 40)\" y=\"\(28 + row * 40)\" width=\"40\" height=\"40\" fill=\"white\"/>"
      }
    }
    return squares
  }

  private var ball: String {
    """
    <ellipse cx="128" cy="222" rx="78" ry="14" fill-opacity=".35"/><circle cx="128" cy="124" r="\(84 + bits(24, 3))" fill="url(#s)"/>\
    <ellipse cx="\(92 + bits(27, 3))" cy="78" rx="26" ry="16" fill="#fff" fill-opacity=".6"/>
    """
  }
}
