public import PluginProtocol

/// A plugin: what it is called, what it contributes, and the methods it serves.
///
/// ```swift
/// @main
/// struct Echo: Plugin {
///   static let name = "hivecore-echo"
///   static let version = "1.0.0"
///   static let contributions = PluginDescription(provides: ["echo"], methods: [MethodSpec("echo.say", "Says it again.")])
///
///   init(start: PluginStart) {}
///
///   var methods: [Method] {
///     [Method("echo.say") { request in try request.params }]
///   }
/// }
/// ```
/// Source: docs/PROTOCOL.md, section 3.
public protocol Plugin: Sendable {
  /// The program's name, e.g. `hivecore-llm-offline`.
  static var name: String { get }
  /// Its own version, for operators.
  static var version: String { get }
  /// What `$/describe` answers.
  static var contributions: PluginDescription { get }

  /// At `$/initialize`: reads the configuration; opens nothing yet.
  ///
  /// - Throws: ``PluginExit/configuration(_:)`` when the operator must change something.
  init(start: PluginStart) async throws

  /// The table of methods; read once, after `init`.
  var methods: [Method] { get }

  /// At `$/ready`: opens files and databases. Returns when the plugin can serve.
  func ready() async throws

  /// Work of its own from then on. Cancelled at drain; an error thrown ends the process.
  func run() async throws

  /// At `$/drain`, after ``run()`` has ended and while requests may still be running: ends what waits, takes on nothing new.
  func drain() async

  /// After ten seconds without a request, once until the next: gives back what only makes the next request faster, such as caches.
  func rest() async
}

extension Plugin {
  /// Nothing to open.
  public func ready() async throws {}
  /// No work of its own.
  public func run() async throws {}
  /// Nothing to stop.
  public func drain() async {}
  /// Nothing to give back.
  public func rest() async {}
}
