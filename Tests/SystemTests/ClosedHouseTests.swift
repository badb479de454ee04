import Foundation
import TestSupport
import Testing

extension SystemTests {
  /// A host that is root, with programs and data below a folder that only another user may enter.
  @Suite(.enabled(if: geteuid() == 0, "needs root")) struct ClosedHouseTests {
    @Test func `the main job is done below a closed folder`() async throws {
      let files = FileManager.default
      let folder = HostProcess.products.appending(path: "closed-\(UUID().uuidString.prefix(8))")
      defer { try? files.removeItem(at: folder) }
      try files.createDirectory(at: folder, withIntermediateDirectories: false)
      for name in try files.contentsOfDirectory(atPath: HostProcess.products.path)
      where name.hasPrefix("hivecore") && !name.contains(".") && !name.contains("Tests") {
        try files.linkItem(at: HostProcess.products.appending(path: name), to: folder.appending(path: name))
      }
      try files.setAttributes([.posixPermissions: 0o700, .ownerAccountID: 4321, .groupOwnerAccountID: 4321], ofItemAtPath: folder.path)
      let result = try await RunningProcess.run(
        program: folder.appending(path: "hivecore"),
        arguments: [
          "quickstart", "A page for a bakery", "--data", folder.appending(path: "data").path, "--plugins",
          HostProcess.sources.appending(path: "plugins.d").path,
        ])
      #expect(result.code == 0, "\(result.output.suffix(2_000)) \(result.errors.suffix(4_000))")
      #expect(result.output.contains("passed"))
      #expect(result.output.split(separator: "\n").count { $0.contains(" ready ") && $0.contains("full") } >= 8, "\(result.output)")
    }
  }
}
