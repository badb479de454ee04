// swift-tools-version: 6.2
import PackageDescription

// One line a target: `room` is a library, `program` an executable, `tests` a test target. Folder = target.
// HIVECORE_ONLY="StorageKit StorageKitTests" keeps only those targets and what they need: a quick loop on a small machine.

let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
]

func room(_ path: String, _ needs: [Target.Dependency] = []) -> Target {
  .target(name: String(path.split(separator: "/").last ?? ""), dependencies: needs, path: "Sources/\(path)", swiftSettings: strict)
}

func program(_ path: String, _ needs: [Target.Dependency]) -> Target {
  .executableTarget(
    name: String(path.split(separator: "/").last ?? ""), dependencies: needs, path: "Sources/\(path)", swiftSettings: strict)
}

func clang(_ path: String, _ needs: [Target.Dependency] = []) -> Target {
  .target(name: String(path.split(separator: "/").last ?? ""), dependencies: needs, path: "Sources/\(path)")
}

func tests(_ name: String, _ needs: [Target.Dependency]) -> Target {
  .testTarget(name: name, dependencies: needs, path: "Tests/\(name)", swiftSettings: strict)
}

func nio(_ name: String) -> Target.Dependency { .product(name: name, package: "swift-nio") }
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore: Target.Dependency = .product(name: "HummingbirdCore", package: "hummingbird")
let jwt: Target.Dependency = .product(name: "JWTKit", package: "jwt-kit")
func crypto(_ name: String) -> Target.Dependency { .product(name: name, package: "swift-crypto") }
let toml: Target.Dependency = .product(name: "TOMLKit", package: "TOMLKit")
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let tls: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")
let httpClient: Target.Dependency = .product(name: "AsyncHTTPClient", package: "async-http-client")
let httpTypes: Target.Dependency = .product(name: "HTTPTypes", package: "swift-http-types")

var targets: [Target] = [
  // The contract: knows nobody.
  room("RPC/JSONRPC"),
  room("RPC/PluginProtocol", ["JSONRPC"]),
  room("RPC/UnixTransport", ["JSONRPC", nio("NIOCore"), nio("NIOPosix")]),

  // The host.
  clang("Host/CLinux"),
  // The sandbox's first process: plain C, static and without Swift's runtime, so that it starts in half a millisecond and stays below 1 MB.
  .executableTarget(
    name: "SandboxInit", dependencies: ["CLinux"], path: "Sources/Host/SandboxInit",
    cSettings: [.unsafeFlags(["-Wall", "-Wextra", "-Werror"])],
    linkerSettings: [.unsafeFlags(["-nostartfiles", "-static-executable"])]),
  room("Host/Sandbox", ["CLinux", logging]),
  room("Host/Systemd", ["CLinux"]),
  room("Host/Router", ["JSONRPC", "PluginProtocol", "UnixTransport", nio("NIOCore"), nio("NIOPosix"), logging]),
  room(
    "Host/Supervisor",
    ["JSONRPC", "PluginProtocol", "UnixTransport", "Router", "Sandbox", toml, logging, nio("NIOCore"), nio("NIOPosix")]),
  // Plays the host against one plugin and says what it does wrong.
  room(
    "Host/Conformance",
    [
      "JSONRPC", "PluginProtocol", "Sandbox", "StorageConformance", "Supervisor", crypto("Crypto"), logging, nio("NIOCore"),
      nio("NIOPosix"),
    ]),
  // What every storage driver must do, against a plain model in memory.
  room("Host/StorageConformance", ["JSONRPC", "PluginProtocol"]),
  room("Host/Catalogue", ["JSONRPC", "PluginProtocol"]),
  room("Host/Events", ["JSONRPC", "PluginProtocol", "Catalogue", lifecycle, logging]),
  room("Host/Identity", ["JSONRPC", "PluginProtocol", "Catalogue", jwt, crypto("Crypto"), crypto("CryptoExtras"), lifecycle, logging]),
  room(
    "Host/Gateway",
    [
      "JSONRPC", "PluginProtocol", "UnixTransport", "Catalogue", "Identity", "Events", hummingbird, hummingbirdCore, httpTypes,
      crypto("Crypto"), nio("NIOCore"), nio("NIOPosix"), .product(name: "NIOExtras", package: "swift-nio-extras"), nio("_NIOFileSystem"),
      tls, lifecycle,
      logging,
    ]),
  room("Host/DjangoImport", ["JSONRPC", "PluginProtocol", "Catalogue"]),
  program(
    "Host/HostCommand",
    [
      "DjangoImport",
      "JSONRPC", "PluginProtocol", "UnixTransport", "Sandbox", "Router", "Supervisor", "Catalogue", "Events", "Identity", "Gateway",
      "Conformance", "Systemd", arguments, httpClient, crypto("Crypto"), lifecycle,
      .product(name: "UnixSignals", package: "swift-service-lifecycle"),
      logging,
      nio("NIOCore"), nio("NIOPosix"), nio("NIOHTTP1"),
    ]),

  // The plugins: each knows the contract and the kits, never another plugin.
  .systemLibrary(name: "CSQLite", path: "Sources/Plugins/CSQLite", providers: [.apt(["libsqlite3-dev"])]),
  .systemLibrary(name: "COpenSSL", path: "Sources/Plugins/COpenSSL", providers: [.apt(["libssl-dev"])]),
  .systemLibrary(name: "CPostgres", path: "Sources/Plugins/CPostgres", providers: [.apt(["libpq-dev"])]),
  // Not a plugin: reads the original's database for `hivecore import-django`, so that the host links no PostgreSQL.
  program("Plugins/DjangoReader", ["CPostgres"]),
  clang("Plugins/CMemory"),
  room("Plugins/PluginKit", ["CMemory", "JSONRPC", "PluginProtocol", "UnixTransport", nio("NIOCore"), nio("NIOPosix")]),
  room("Plugins/Digests", ["COpenSSL", "JSONRPC"]),
  room("Plugins/StorageKit", ["JSONRPC", "PluginProtocol"]),
  program("Plugins/StorageSQLite", ["CSQLite", "StorageKit", "PluginKit", "JSONRPC", "PluginProtocol", "UnixTransport"]),
  program("Plugins/Projects", ["PluginKit", "JSONRPC", "PluginProtocol", "UnixTransport"]),
  program("Plugins/Ingest", ["PluginKit", "JSONRPC", "PluginProtocol", "UnixTransport", "Digests"]),
  // What a call of a language model is, for those who make it and those who answer it; and how the network's providers are reached.
  room("Plugins/ModelKit", ["JSONRPC"]),
  room(
    "Plugins/ModelHTTP",
    [
      "ModelKit", "PluginKit", "JSONRPC", "PluginProtocol", "UnixTransport", httpClient, tls, nio("NIOCore"), nio("NIOHTTP1"),
      nio("NIOPosix"),
    ]),
  program("Plugins/LLMOpenAI", ["ModelHTTP", "ModelKit", "PluginKit", "JSONRPC", "PluginProtocol"]),
  program("Plugins/LLMAnthropic", ["ModelHTTP", "ModelKit", "PluginKit", "JSONRPC", "PluginProtocol"]),
  program("Plugins/Chat", ["ModelKit", "PluginKit", "JSONRPC", "PluginProtocol", "UnixTransport", "Digests"]),
  program("Plugins/LLMOffline", ["ModelKit", "PluginKit", "JSONRPC", "PluginProtocol", nio("NIOCore"), nio("_NIOFileSystem")]),
  program("Plugins/Selection", ["PluginKit", "JSONRPC", "PluginProtocol", "UnixTransport"]),
  program(
    "Plugins/Execution", ["PluginKit", "JSONRPC", "PluginProtocol", "Digests", "UnixTransport", nio("NIOCore"), nio("_NIOFileSystem")]),
  program("Plugins/ArtifactsFiles", ["PluginKit", "JSONRPC", "PluginProtocol", "Digests", nio("NIOCore"), nio("_NIOFileSystem")]),
]

let products: [String: String] = [
  "HostCommand": "hivecore", "StorageSQLite": "hivecore-storage-sqlite", "Projects": "hivecore-projects", "Ingest": "hivecore-ingest",
  "Chat": "hivecore-chat", "LLMOffline": "hivecore-llm-offline", "LLMOpenAI": "hivecore-llm-openai",
  "LLMAnthropic": "hivecore-llm-anthropic", "Selection": "hivecore-selection", "Execution": "hivecore-execution",
  "ArtifactsFiles": "hivecore-artifacts-files", "SandboxInit": "hivecore-sandbox-init",
  "DjangoReader": "hivecore-django-reader",
]

targets += [
  tests(
    "SupervisorTests",
    [
      "Supervisor", "Router", "Sandbox", "EchoPlugin", "UnixTransport", "JSONRPC", "PluginProtocol", "TestSupport", logging,
      nio("NIOCore"), nio("NIOPosix"),
    ]),
  tests("RouterTests", ["Router", "UnixTransport", "JSONRPC", "PluginProtocol", "TestSupport", logging, nio("NIOCore"), nio("NIOPosix")]),
  // Every plugin of ours, and plugins that break one rule each.
  tests("ConformanceTests", ["Conformance", "Supervisor", "Sandbox", "TestSupport", "JSONRPC", "EchoPlugin", "Inventory"]),
  tests("TidyTests", []),
  tests("JSONRPCTests", ["JSONRPC"]),
  tests("UnixTransportTests", ["CMemory", "JSONRPC", "UnixTransport", nio("NIOCore"), nio("NIOPosix")]),
  tests(
    "PluginKitTests",
    [
      "CMemory", "JSONRPC", "PluginProtocol", "PluginKit", "UnixTransport", "TestSupport", "EchoPlugin", nio("NIOCore"), nio("NIOEmbedded"),
      nio("NIOPosix"),
    ]),
  // The smallest real plugin, for tests that need a process.
  .executableTarget(
    name: "EchoPlugin", dependencies: ["JSONRPC", "PluginKit", "PluginProtocol"], path: "Tests/EchoPlugin", swiftSettings: strict),
  // The example of a third party's plugin in Swift, which is a package of its own too.
  .executableTarget(
    name: "Inventory", dependencies: ["JSONRPC", "PluginKit", "PluginProtocol"],
    path: "Examples/collection-plugin-swift/Sources/Inventory", swiftSettings: strict),
  // What Hummingbird does alone, for scripts/bench-http.
  .executableTarget(
    name: "HTTPBaseline", dependencies: [hummingbird, httpTypes, nio("NIOCore")], path: "Tests/HTTPBaseline", swiftSettings: strict),
  // What router and providers add to a call of a model, for scripts/bench.
  .executableTarget(
    name: "ModelBenchmark",
    dependencies: [
      "TestSupport", "UnixTransport", "JSONRPC", httpClient, nio("NIOCore"), nio("NIOPosix"), nio("NIOHTTP1"),
    ], path: "Tests/ModelBenchmark", swiftSettings: strict),
  .systemLibrary(name: "CSpawn", path: "Tests/CSpawn"),
  // What several test targets share: a plugin behind a real socket, with a scripted host.
  .target(
    name: "TestSupport", dependencies: ["CSpawn", "JSONRPC", "PluginKit", "UnixTransport", nio("NIOCore"), nio("NIOPosix")],
    path: "Tests/TestSupport", swiftSettings: strict),
  tests(
    "ChatTests",
    [
      "Chat", "ModelKit", "UnixTransport", "Execution", "Ingest", "LLMOffline", "Projects", "StorageSQLite", "TestSupport", "PluginKit",
      "JSONRPC", "PluginProtocol",
    ]),
  tests(
    "LLMProviderTests",
    [
      "LLMOpenAI", "LLMAnthropic", "Chat", "ModelBenchmark", "ModelHTTP", "ModelKit", "TestSupport", "PluginKit", "JSONRPC",
      "PluginProtocol", "UnixTransport",
      httpClient, tls, nio("NIOCore"), nio("NIOPosix"), nio("NIOHTTP1"),
    ]),
  tests("LLMOfflineTests", ["LLMOffline", "TestSupport", "PluginKit", "JSONRPC", "PluginProtocol"]),
  tests("SelectionTests", ["Selection", "PluginKit", "JSONRPC", "PluginProtocol", "TestSupport"]),
  tests("CatalogueTests", ["Catalogue", "JSONRPC", "PluginProtocol"]),
  // What the host serves with all its plugins, against the contract's own document.
  tests(
    "ContractTests",
    ["Gateway", "Catalogue", "JSONRPC", "PluginProtocol", "Projects", "Ingest", "Chat", "Selection", "Execution"]),
  tests("IdentityTests", ["Identity", "JSONRPC"]),
  tests("EventsTests", ["Events", "Catalogue", "JSONRPC", "TestSupport", logging]),
  tests(
    "GatewayTests",
    [
      "Gateway", "Identity", "Events", "Catalogue", "JSONRPC", "PluginProtocol", "TestSupport", "StorageSQLite", "Projects",
      "PluginKit", hummingbird, httpTypes, crypto("Crypto"), logging, lifecycle, nio("NIOCore"), nio("NIOPosix"), nio("NIOTLS"), tls,
    ]),
  tests("PluginProtocolTests", ["JSONRPC", "PluginProtocol"]),
  tests("DigestsTests", ["Digests"]),
  tests("ProjectsTests", ["Projects", "PluginKit", "JSONRPC"]),
  tests("HostCommandTests", ["HostCommand", "Router", "Supervisor", "TestSupport", "JSONRPC"]),
  tests(
    "ExecutionTests",
    [
      "Execution", "Chat", "Ingest", "LLMOffline", "Projects", "Selection", "StorageSQLite", "PluginKit", "JSONRPC", "PluginProtocol",
      "Digests",
      "TestSupport", "UnixTransport",
    ]),
  tests("ArtifactsFilesTests", ["ArtifactsFiles", "TestSupport", "JSONRPC"]),
  tests("StorageKitTests", ["StorageKit", "StorageConformance", "JSONRPC", "PluginProtocol"]),
  tests(
    "StorageSQLiteTests",
    ["StorageSQLite", "StorageKit", "StorageConformance", "TestSupport", "PluginKit", "JSONRPC", "PluginProtocol", "UnixTransport"]),
  tests("IngestTests", ["Ingest", "JSONRPC"]),
  tests("SandboxTests", ["Sandbox", "CLinux", "TestSupport"]),
  // The news a service manager gets, and its units.
  tests("SystemdTests", ["Systemd", "TestSupport"]),
  // A program that tries to break out, and what becomes of it.
  .executableTarget(
    name: "EscapeAttacker", path: "Tests/EscapeAttacker", cSettings: [.unsafeFlags(["-Wall", "-Wextra", "-Werror"])],
    linkerSettings: [.unsafeFlags(["-nostartfiles", "-static-executable"])]),
  tests("EscapeTests", ["Sandbox", "EscapeAttacker", "TestSupport"]),
  // The real host with the real plugins.
  tests("SystemTests", ["JSONRPC", "TestSupport", "Inventory", httpClient, nio("NIOCore"), nio("NIOHTTP1")]),
]

if let only = Context.environment["HIVECORE_ONLY"] {
  let byName = Dictionary(uniqueKeysWithValues: targets.map { ($0.name, $0) })
  var kept: Set<String> = []
  var waiting = only.split(separator: " ").map(String.init)
  while let name = waiting.popLast() {
    guard let target = byName[name], kept.insert(name).inserted else { continue }
    for need in target.dependencies {
      if case .byNameItem(let room, _) = need { waiting.append(room) }
    }
    // Started, not linked.
    if name == "Sandbox" { waiting.append("SandboxInit") }
    if name == "SystemTests" || name == "ConformanceTests" { waiting += products.keys }
  }
  targets = targets.filter { kept.contains($0.name) }
}

let package = Package(
  name: "hivecore",
  products: targets.compactMap { target in
    products[target.name].map { .executable(name: $0, targets: [target.name]) }
    // What a plugin of a third party is written with.
  }
    + (targets.contains { $0.name == "PluginKit" }
      ? [.library(name: "PluginKit", targets: ["PluginKit", "PluginProtocol", "JSONRPC"])] : []),
  dependencies: [
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
    .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.0"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0"),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.0"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
    .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
  ],
  targets: targets,
  swiftLanguageModes: [.v6],
  cLanguageStandard: .gnu17
)
