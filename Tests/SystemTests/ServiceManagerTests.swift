import Foundation
import JSONRPC
import TestSupport
import Testing

extension SystemTests {
  /// The host under a service manager: `Tests/Fixtures/service-manager.py` does what systemd does.
  @Suite struct ServiceManagerTests {
    @Test func `no connection is refused while the host restarts, and the manager hears each step`() async throws {
      let folder = try HostProcess.makeDirectory()
      defer { try? FileManager.default.removeItem(at: folder) }
      let data = folder.appending(path: "data")
      let result = try await RunningProcess.run(
        program: HostProcess.sources.appending(path: "Tests/Fixtures/service-manager.py"),
        arguments: [
          folder.path, "2", HostProcess.products.appending(path: "hivecore").path, "serve", "--data", data.path, "--plugins",
          HostProcess.sources.appending(path: "plugins.d").path,
        ])
      try #require(result.code == 0, "\(result.output)\n\(result.errors.suffix(4_000))")
      let seen = try JSON(parsing: result.output)
      #expect(seen["refused"] == 0 && (seen["asked"].int ?? 0) > 60, "\(seen.text)")
      #expect(seen["broken"] == [], "\(seen.text)")
      #expect(seen["codes"] == [0, 0, 0])
      let incarnations = (seen["notifications"].array ?? []).map { $0.array?.compactMap(\.string) ?? [] }
      #expect(incarnations.count == 3)
      for (index, texts) in incarnations.enumerated() {
        // The first is told to reload, and is ready once more.
        #expect(texts.count { $0.contains("READY=1") } == (index == 0 ? 2 : 1), "\(texts)")
        #expect(texts.count { $0.hasPrefix("RELOADING=1\nMONOTONIC_USEC=") } == (index == 0 ? 1 : 0), "\(texts)")
        #expect(texts.contains { $0.contains("STATUS=serving http://127.0.0.1:") })
        #expect(texts.count { $0 == "WATCHDOG=1" } >= 3)
        #expect(texts.last?.contains("STOPPING=1") == true, "\(texts)")
      }
      let address = try String(contentsOf: data.appending(path: "run/address"), encoding: .utf8)
      #expect(address.hasSuffix(":\(seen["port"].int ?? 0)\n"))
      #expect(
        !FileManager.default.fileExists(atPath: data.appending(path: "secret.key").path), "the credential signs, so no key was made")
    }

    @Test func `an inherited descriptor that is no listener ends the host with its reason`() async throws {
      let folder = try HostProcess.makeDirectory()
      defer { try? FileManager.default.removeItem(at: folder) }
      let program = HostProcess.products.appending(path: "hivecore").path
      let result = try await RunningProcess.run(
        program: URL(filePath: "/bin/sh"),
        arguments: ["-c", "exec 3</dev/null; LISTEN_PID=$$ LISTEN_FDS=1 exec \"$@\"", "sh", program, "serve", "--data", folder.path])
      #expect(result.code == 78 && result.errors.contains("LISTEN_FDS"), "\(result.code) \(result.errors)")
    }
  }
}
