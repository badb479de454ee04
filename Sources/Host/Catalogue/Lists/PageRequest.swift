/// Which page of a list is asked for (contract http.md, section 4).
package struct PageRequest: Sendable, Equatable {
  package enum Number: Sendable, Equatable {
    case page(Int)
    case last
  }

  package struct Invalid: Error, Equatable {}

  package static let defaultSize = 20
  package static let sizes = 1...100

  package let number: Number
  package let size: Int

  /// - Throws: ``Invalid`` for a page that is neither a positive number nor `last`; a bad size is clamped or ignored.
  package init(_ query: QueryItems) throws(Invalid) {
    size =
      query["page_size"].flatMap { Int($0) }.map { min(max($0, PageRequest.sizes.lowerBound), PageRequest.sizes.upperBound) }
      ?? PageRequest.defaultSize
    switch query["page"] {
    case nil, "": number = .page(1)
    case "last": number = .last
    case let text?:
      // Past 2^40 no list goes, and the offset still fits.
      guard let page = Int(text), (1...(1 << 40)).contains(page) else { throw Invalid() }
      number = .page(page)
    }
  }

  package init(number: Number, size: Int) {
    self.number = number
    self.size = size
  }

  /// The number of pages of so many rows; an empty list has one.
  package func pageCount(of count: Int) -> Int { max(1, (count + size - 1) / size) }
}

/// The links to the neighbours of a page.
package struct PageLinks: Sendable, Equatable {
  package let next: String?
  package let previous: String?

  /// - Parameter url: scheme, host and path, without query.
  package init(url: String, query: QueryItems, page: Int, pageCount: Int) {
    next = page < pageCount ? "\(url)?\(query.text(replacing: "page", with: "\(page + 1)"))" : nil
    guard page > 1 else {
      previous = nil
      return
    }
    let text = query.text(replacing: "page", with: page == 2 ? nil : "\(page - 1)")
    previous = text.isEmpty ? url : "\(url)?\(text)"
  }
}
