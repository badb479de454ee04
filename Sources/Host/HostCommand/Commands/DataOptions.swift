import ArgumentParser
import Foundation

/// What every command takes.
struct DataOptions: ParsableArguments, Sendable {
  @Option(name: .long, help: "Directory that holds everything. (default: $HIVECORE_DATA, else ./hivecore-data)")
  var data: String?

  @Option(name: .long, help: "Configuration file. (default: hivecore.toml in the data directory)")
  var config: String?

  func directory(_ environment: [String: String]) -> DataDirectory {
    DataDirectory(data ?? environment["HIVECORE_DATA"].flatMap { $0.isEmpty ? nil : $0 } ?? "hivecore-data")
  }

  /// Reads file, environment and flags.
  func resolve(_ world: World, flags: [String: String] = [:]) throws -> ResolvedConfig {
    let file = config ?? directory(world.environment).path("hivecore.toml")
    return try ResolvedConfig(file: file, isRequired: config != nil, environment: world.environment, flags: flags)
  }

  func hostConfig(_ world: World, flags: [String: String] = [:]) throws -> HostConfig {
    let data = directory(world.environment)
    let folder = config.map { URL(filePath: $0).deletingLastPathComponent().path } ?? data.root
    return try HostConfig(try resolve(world, flags: flags), data: data, configDirectory: folder, installation: world.installation)
  }
}
