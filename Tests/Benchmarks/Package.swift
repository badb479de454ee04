// swift-tools-version: 6.2
import PackageDescription

// Measurements, apart from the product so that nobody builds them by accident. The rooms are linked in, so that they are one
// package here too and what is measured is what is shipped.

let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"), .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"), .enableUpcomingFeature("NonisolatedNonsendingByDefault"), .strictMemorySafety(),
]

let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let grpc: [Target.Dependency] = [
  .product(name: "GRPCCore", package: "grpc-swift-2"), .product(name: "GRPCNIOTransportHTTP2Posix", package: "grpc-swift-nio-transport"),
]
let nio: [Target.Dependency] = [.product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio")]

let package = Package(
  name: "benchmarks",
  products: [.executable(name: "hivecore-sandbox-init", targets: ["SandboxInit"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
    .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
    .package(url: "https://github.com/grpc/grpc-swift-2", from: "2.4.0"),
    .package(url: "https://github.com/grpc/grpc-swift-nio-transport", from: "2.9.0"),
  ],
  targets: [
    .target(name: "JSONRPC", swiftSettings: strict),
    .target(name: "PluginProtocol", dependencies: ["JSONRPC"], swiftSettings: strict),
    .target(name: "UnixTransport", dependencies: ["JSONRPC"] + nio, swiftSettings: strict),
    .target(name: "CMemory"),
    .target(name: "PluginKit", dependencies: ["CMemory", "JSONRPC", "PluginProtocol", "UnixTransport"] + nio, swiftSettings: strict),
    .executableTarget(name: "EchoPlugin", dependencies: ["JSONRPC", "PluginProtocol", "PluginKit"], swiftSettings: strict),
    .target(name: "CLinux"),
    .executableTarget(
      name: "SandboxInit", dependencies: ["CLinux"], linkerSettings: [.unsafeFlags(["-nostartfiles", "-static-executable"])]),
    .target(name: "Sandbox", dependencies: ["CLinux", logging], swiftSettings: strict),
    .target(name: "Router", dependencies: ["JSONRPC", "PluginProtocol", "UnixTransport", logging] + nio, swiftSettings: strict),
    .target(
      name: "Supervisor",
      dependencies: [
        "JSONRPC", "PluginProtocol", "UnixTransport", "Router", "Sandbox", .product(name: "TOMLKit", package: "TOMLKit"), logging,
      ] + nio, swiftSettings: strict),
    .executableTarget(
      name: "CrashBenchmark", dependencies: ["JSONRPC", "Router", "Supervisor", "Sandbox", logging] + nio, swiftSettings: strict),
    .executableTarget(name: "SpawnBenchmark", dependencies: ["Sandbox", "CLinux"], swiftSettings: strict),
    .executableTarget(
      name: "RPCBenchmark", dependencies: ["JSONRPC", "PluginProtocol", "UnixTransport", "Router", logging] + nio + grpc,
      swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6],
  cLanguageStandard: .gnu17
)
