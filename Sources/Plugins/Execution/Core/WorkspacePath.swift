/// A path inside a workspace, as a model may name it: relative, without a way out.
struct WorkspacePath: Sendable, Hashable {
  enum Failure: Error, Sendable, Equatable {
    case empty, absolute, tooLong
    case leaves
    case reserved
    case character
  }

  static let scalarLimit = 500

  let components: [String]

  /// - Throws: ``Failure`` for absolute paths and drive letters, `..`, control characters, the folder `.git`, and more than 500 code points.
  init(_ text: String) throws(Failure) {
    let path = text.replacing("\\", with: "/").trimmed
    guard !path.isEmpty else { throw .empty }
    guard path.unicodeScalars.count <= WorkspacePath.scalarLimit else { throw .tooLong }
    guard !path.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) else { throw .character }
    guard !path.hasPrefix("/"), path.dropFirst().first != ":" else { throw .absolute }
    let components = path.split(separator: "/").map(String.init).filter { $0 != "." }
    guard !components.isEmpty else { throw .empty }
    guard !components.contains("..") else { throw .leaves }
    guard !components.contains(where: { $0.lowercased() == ".git" }) else { throw .reserved }
    guard components.allSatisfy({ $0.utf8.count <= 255 }) else { throw .tooLong }
    self.components = components
  }

  /// The normal form: components joined by `/`.
  var text: String { components.joined(separator: "/") }

  var name: String { components.last ?? "" }

  /// The folders above the file, outermost first.
  var folders: [String] { Array(components.dropLast()) }

  /// The lower-case extension, empty when there is none.
  var fileExtension: String {
    guard let dot = name.lastIndex(of: "."), dot > name.startIndex else { return "" }
    return name[name.index(after: dot)...].lowercased()
  }
}
