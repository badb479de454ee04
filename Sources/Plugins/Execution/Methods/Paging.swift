import JSONRPC
import PluginKit
import PluginProtocol

/// A page of a list that a method answers. Source: contract http.md, section 4.
struct Paging: Sendable {
  let page: Int
  let size: Int
  private let isLast: Bool
  private let call: HTTPCall
  private let path: String
  private let kept: [String]

  /// - Parameters:
  ///   - path: of the route, for the links.
  ///   - kept: the other query parameters the links carry on.
  /// - Throws: 404 for a page that is no number from 1.
  init(_ call: HTTPCall, path: String, keeping kept: [String]) throws(RPCError) {
    self.call = call
    self.path = path
    self.kept = kept + ["page_size"]
    size = call.query("page_size").flatMap { Int($0) }.map { min(max($0, 1), 100) } ?? 20
    let text = call.query("page") ?? "1"
    isLast = text == "last"
    guard isLast || (Int(text).map { $0 > 0 && $0 < 1_000_000 } ?? false) else { throw Paging.invalidPage }
    page = Int(text) ?? 1
  }

  func answer(_ selection: StorageRead.Selection, _ storage: Storage, map: (JSON) -> JSON = { $0 }) async throws -> JSON {
    var selection = selection
    selection.limit = size
    var number = page
    if isLast {
      let count = try await storage.count(selection.collection, filter: selection.filter)
      number = max(1, (count + size - 1) / size)
    }
    selection.offset = (number - 1) * size
    let answer = try await storage.read(.page(selection))
    let count = Int(answer["count"].int ?? 0)
    guard number == 1 || (number - 1) * size < count else { throw Paging.invalidPage }
    return [
      "count": .int(count), "next": number * size < count ? link(number + 1) : .null, "previous": number > 1 ? link(number - 1) : .null,
      "results": .array((answer["rows"].array ?? []).map(map)),
    ]
  }

  private func link(_ number: Int) -> JSON {
    let items =
      (number > 1 ? ["page=\(number)"] : []) + kept.compactMap { name in call.query(name).map { "\(name)=\(Paging.escaped($0))" } }
    return .string(call.baseURL + path + (items.isEmpty ? "" : "?" + items.joined(separator: "&")))
  }

  private static func escaped(_ text: String) -> String {
    var out = ""
    for byte in text.utf8 {
      let scalar = Unicode.Scalar(byte)
      if scalar.isASCII, scalar.properties.isAlphabetic || "0123456789-._~,:".unicodeScalars.contains(scalar) {
        out.unicodeScalars.append(scalar)
      } else {
        out += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
      }
    }
    return out
  }

  private static let invalidPage = RPCError.application(
    "not_found", status: 404, "Invalid page.", body: ["detail": "Invalid page."])
}
