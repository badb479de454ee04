import Foundation

/// Where this program stands, and so where its plugins and manifests are.
struct Installation: Sendable {
  /// Absolute path of the running `hivecore`.
  let program: String

  /// The directory the program stands in.
  var directory: String { Self.parent(of: program) }

  /// `plugins.d` beside the config file, else of the install prefix (`PREFIX/bin/hivecore` → `PREFIX/share/hivecore/plugins.d`,
  /// `/etc/hivecore/plugins.d`), else of the source tree the program was built in.
  func pluginDirectory(besideConfig configDirectory: String) -> String {
    let prefix = Self.parent(of: directory)
    let candidates = [
      configDirectory + "/plugins.d", "/etc/hivecore/plugins.d", prefix + "/share/hivecore/plugins.d", aboveBuild + "/plugins.d",
    ]
    return candidates.first(where: Self.isDirectory) ?? candidates[0]
  }

  /// The source tree the program was built in; nil when it stands elsewhere now.
  var sourceTree: String? { FileManager.default.fileExists(atPath: aboveBuild + "/Package.swift") ? aboveBuild : nil }

  private var aboveBuild: String {
    var up = directory
    while up.contains("/.build") { up = Self.parent(of: up) }
    return up
  }

  private static func parent(of path: String) -> String { URL(filePath: path).deletingLastPathComponent().path }

  private static func isDirectory(_ path: String) -> Bool {
    var isDirectory = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) && isDirectory
  }
}
