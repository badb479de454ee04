/// A plugin in Swift: a package of its own that depends on PluginKit.
struct SwiftTemplate {
  /// Modules that a plugin's package sees already.
  private static let taken: Set = [
    "Swift", "Foundation", "Testing", "JSONRPC", "Jsonrpc", "PluginKit", "PluginProtocol", "UnixTransport", "CMemory",
  ]

  let parts: ScaffoldParts
  private let kit: KitSource

  /// - Throws: a refusal when nobody said where PluginKit is, or the name is taken.
  init(_ parts: ScaffoldParts, kit: KitSource?) throws(PluginScaffold.Refusal) {
    guard let kit else {
      throw PluginScaffold.Refusal(
        description: "this hivecore was not built in a source tree: say where HiveCore's sources are with --kit PATH or --kit URL")
    }
    guard !Self.taken.contains(parts.camelName) else {
      throw PluginScaffold.Refusal(description: "there is a Swift module \(parts.camelName) already; choose another name")
    }
    self.parts = parts
    self.kit = kit
  }

  var files: [PluginScaffold.File] {
    [
      PluginScaffold.File(path: "Package.swift", text: package),
      PluginScaffold.File(path: "Sources/\(module)/\(module)Plugin.swift", text: parts.isLLM ? model : greeting),
      PluginScaffold.File(path: "Tests/\(module)Tests/\(module)Tests.swift", text: parts.isLLM ? modelTests : greetingTests),
      PluginScaffold.File(path: "Tests/\(module)Tests/ConformanceTests.swift", text: conformanceTests),
      parts.manifest(exec: "\(parts.directory)/.build/release/\(name)", concurrency: 64),
      PluginScaffold.File(path: "README.md", text: readme),
      PluginScaffold.File(path: ".gitignore", text: ".build\n"),
    ]
  }

  var name: String { parts.name }
  var capability: String { parts.capability }
  var module: String { parts.camelName }

  private var dependency: String {
    switch kit {
    case .path(let path): ".package(name: \"\(kit.identity)\", path: \"\(path)\")"
    case .url(let url): ".package(url: \"\(url)\", branch: \"main\")"
    }
  }

  private var package: String {
    """
    // swift-tools-version: 6.2
    import PackageDescription

    let kit: Target.Dependency = .product(name: "PluginKit", package: "\(kit.identity)")

    let package = Package(
      name: "\(name)",
      products: [.executable(name: "\(name)", targets: ["\(module)"])],
      // HiveCore's own package; of it and of what it needs, only what PluginKit is made of is built.
      dependencies: [\(dependency)],
      targets: [
        .executableTarget(name: "\(module)", dependencies: [kit]),
        .testTarget(name: "\(module)Tests", dependencies: ["\(module)", kit]),
      ],
      swiftLanguageModes: [.v6]
    )

    """
  }

  // MARK: - The program

  private var greeting: String {
    #"""
    import JSONRPC
    import PluginKit
    import PluginProtocol

    /// Greets.
    @main
    struct \#(module)Plugin: Plugin {
      static let name = "\#(name)"
      static let version = "1.0.0"
      static let contributions = PluginDescription(
        provides: ["\#(capability)"], methods: [MethodSpec("\#(capability).hello", "Greets.", idempotent: true)])

      init(start: PluginStart) {}

      var methods: [Method] { [Method("\#(capability).hello") { request in try Self.hello(try request.params) }] }

      /// The method without the wire around it, so that tests can call it.
      static func hello(_ params: JSON) throws(RPCError) -> JSON {
        guard !params["name"].isNull else { return ["text": "Hello, world"] }
        guard let name = params["name"].string else { throw RPCError(.invalidParams, "name must be text") }
        return ["text": .string("Hello, \(name)")]
      }
    }

    """#
  }

  private var model: String {
    #"""
    import JSONRPC
    import PluginKit
    import PluginProtocol

    /// A model that repeats what it is told. What `llm` must do: docs/LLM.md of HiveCore, sections 1 to 5.
    @main
    struct \#(module)Plugin: Plugin {
      static let name = "\#(name)"
      static let version = "1.0.0"
      static let model = "\#(name)-1"
      static let contributions = PluginDescription(
        provides: ["llm"],
        methods: [
          MethodSpec("llm.complete", "Repeats what it is told.", idempotent: true, timeoutMilliseconds: 120_000),
          MethodSpec("llm.models", "Lists its one model.", idempotent: true),
        ])

      init(start: PluginStart) {}

      var methods: [Method] {
        [
          Method("llm.complete") { request in try Self.complete(try request.params) },
          Method("llm.models") { _ in ["models": [["id": .string(Self.model), "context": 100_000]], "default": .string(Self.model)] },
        ]
      }

      /// The method without the wire around it, so that tests can call it.
      static func complete(_ params: JSON) throws(RPCError) -> JSON {
        for (member, fits) in kinds where !params[member].isNull && !fits(params[member]) {
          throw RPCError(.invalidParams, "\(member) has another type")
        }
        let messages = params["messages"].array ?? []
        guard let last = messages.last?["content"].string, messages.allSatisfy(isMessage) else {
          throw RPCError(.invalidParams, "messages must be a list of at least one {role, content}")
        }
        let words = "You said: \(last)".split(separator: " ")
        let limit = max(1, Int(clamping: params["max_tokens"].int ?? Int64(words.count)))
        return [
          "text": .string(words.prefix(limit).joined(separator: " ")), "model": .string(model),
          "finish_reason": limit >= words.count ? "stop" : "length", "tool_calls": [],
          // This model counts words; a real one counts its own tokens.
          "usage": [
            "input_tokens": .int(messages.reduce(0) { $0 + ($1["content"].string ?? "").split(separator: " ").count }), "cached_tokens": 0,
            "output_tokens": .int(min(limit, words.count)), "reasoning_tokens": 0, "estimated": true,
          ],
        ]
      }

      /// What a request may hold beside `messages`, and of which type.
      private static let kinds: [(String, @Sendable (JSON) -> Bool)] = [
        ("model", { $0.string != nil }), ("purpose", { $0.string != nil }), ("tools", { $0.array != nil }),
        ("temperature", { $0.double != nil }), ("max_tokens", { $0.int != nil }), ("seed", { $0.int != nil }),
        ("deltas", { $0.bool != nil }), ("attempt", { $0.int != nil }),
      ]

      private static func isMessage(_ message: JSON) -> Bool {
        ["system", "user", "assistant", "tool"].contains(message["role"]) && message["content"].string != nil
      }
    }

    """#
  }
}
