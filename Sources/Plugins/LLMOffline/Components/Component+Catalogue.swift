extension Component {
  /// All that can be asked for. Of several whose keywords occur the one with the longest keyword is meant, then the first.
  static let catalogue: [Component] = [
    hours, menu, contact, gallery, location, newsletter, login, todo, calculator, timer, search, about, team, testimonials, questions,
    booking, cart, news, plans, theme, social, chart,
  ]

  /// The component a requirement asks for; ``generic`` when its words name none.
  static func meant(by text: String) -> Component {
    let text = LoweredText(text)
    var best: (component: Component, length: Int)?
    for component in catalogue {
      for keyword in component.keywords where text.mentions(keyword) {
        let length = keyword.unicodeScalars.count * (keyword.allSatisfy(\.isASCII) ? 1 : 3)
        if length > best?.length ?? 0 { best = (component, length) }
      }
    }
    return best?.component ?? generic
  }

  /// As ``meant(by:)``, but a first requirement that names no part asks for the page as a whole.
  static func meant(by text: String, first: Bool) -> Component {
    let component = meant(by: text)
    return first && component.kind == generic.kind ? page : component
  }
}
