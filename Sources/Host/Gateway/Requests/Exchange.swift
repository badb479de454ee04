import Catalogue
import HTTPTypes
import Hummingbird
import Synchronization

/// One HTTP request as the gateway sees it: its head read once, its body still to come.
final class Exchange: Sendable {
  let request: Request
  /// `GET` for `HEAD`: the body is dropped at the end.
  let method: String
  let isHead: Bool
  /// As sent, without query.
  let path: String
  /// The path between its slashes, decoded; nil for a path no route can have.
  let segments: [String]?
  let query: QueryItems
  let requestID: String
  /// The trace it belongs to, for every call it leads to.
  let traceparent: String
  private let scheme: String
  private let host: String
  let address: String
  /// Of the client, when its connection is watched.
  let departure: Departure?
  /// Nil when no body is to come.
  private let progress: BodyProgress?

  init(_ request: Request, remoteAddress: String, departure: Departure? = nil, config: GatewayConfig) {
    self.request = request
    self.departure = departure
    progress = request.headers[.contentLength].map { $0 != "0" } ?? (request.headers[.transferEncoding] != nil) ? BodyProgress() : nil
    isHead = request.method == .head
    method = isHead ? "GET" : request.method.rawValue
    let parts = (request.head.path ?? "/").split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    path = parts.first.map(String.init) ?? "/"
    segments = Exchange.segments(path)
    query = parts.count == 2 ? QueryItems(parts[1]) : .empty
    requestID = RequestID.accepted(request.headers[.requestID]) ?? RequestID.make()
    traceparent = TraceParent.next(after: request.headers[.traceparent])
    let isProxied = config.trustedProxies.contains(remoteAddress)
    let scheme =
      (isProxied ? request.headers[.forwardedProto] : nil) ?? (config.certificate == nil ? request.head.scheme ?? "http" : "https")
    host = (isProxied ? request.headers[.forwardedHost] : nil) ?? request.head.authority ?? "\(config.host):\(config.port)"
    self.scheme = scheme == "https" ? "https" : "http"
    address = isProxied ? Exchange.client(request.headers[.forwardedFor], config.trustedProxies) ?? remoteAddress : remoteAddress
  }

  /// The body, for one reader, who calls ``bodyWasRead()`` at its end.
  var body: RequestBody {
    progress?.state.store(.begun, ordering: .relaxed)
    return request.body
  }

  func bodyWasRead() { progress?.state.store(.read, ordering: .relaxed) }

  var bodyState: BodyProgress.State { progress?.state.load(ordering: .relaxed) ?? .read }

  var endsInSlash: Bool { path.hasSuffix("/") }

  /// Scheme and host as the client used them.
  var baseURL: String { "\(scheme)://\(host)" }

  /// The whole address without query.
  var url: String { "\(baseURL)\(path)\(endsInSlash ? "" : "/")" }

  func header(_ name: HTTPField.Name) -> String? { request.headers[name] }

  private static let slash = UInt8(ascii: "/")

  private static func segments(_ path: String) -> [String]? {
    let bytes = path.utf8
    guard bytes.first == slash, bytes.count <= 2048 else { return nil }
    var segments: [String] = []
    var rest = bytes.dropFirst()
    while !rest.isEmpty {
      let end = rest.firstIndex(of: slash) ?? rest.endIndex
      guard end > rest.startIndex else { return nil }
      let segment = PercentCoding.decode(Substring(rest[..<end]))
      guard !segment.utf8.contains(0) else { return nil }
      segments.append(segment)
      rest = rest[end...].dropFirst()
    }
    return segments
  }

  /// The last address that is not one of our proxies.
  private static func client(_ header: String?, _ proxies: [String]) -> String? {
    (header ?? "").split(separator: ",").map { String($0).trimmed }.last { !$0.isEmpty && !proxies.contains($0) }
  }
}

/// How far a body was read: Hummingbird hands it out once.
final class BodyProgress: Sendable {
  enum State: UInt8, AtomicRepresentable { case untouched, begun, read }

  let state = Atomic(State.untouched)
}

extension HTTPField.Name {
  private static func named(_ text: String) -> HTTPField.Name {
    guard let name = HTTPField.Name(text) else { preconditionFailure("\(text) is not a header name") }
    return name
  }

  static let requestID = named("X-Request-Id")
  static let traceparent = named("traceparent")
  static let apiKey = named("X-API-Key")
  static let idempotencyKey = named("Idempotency-Key")
  static let executionRound = named("X-Execution-Round")
  static let projectID = named("X-Project-Id")
  static let lastEventID = named("Last-Event-ID")
  static let forwardedProto = named("X-Forwarded-Proto")
  static let forwardedHost = named("X-Forwarded-Host")
  static let forwardedFor = named("X-Forwarded-For")
  static let accelBuffering = named("X-Accel-Buffering")
  static let frameOptions = named("X-Frame-Options")
  static let contentTypeOptions = named("X-Content-Type-Options")
  static let referrerPolicy = named("Referrer-Policy")
  static let openerPolicy = named("Cross-Origin-Opener-Policy")
}
