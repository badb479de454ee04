// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "inventory",
  products: [.executable(name: "inventory", targets: ["Inventory"])],
  // Elsewhere: the path of a checkout of HiveCore, or `.package(url: …, branch: "main")`.
  dependencies: [.package(name: "hivecore", path: "../..")],
  targets: [.executableTarget(name: "Inventory", dependencies: [.product(name: "PluginKit", package: "hivecore")])],
  swiftLanguageModes: [.v6]
)
