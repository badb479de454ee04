import Foundation
import TestSupport
import Testing

@testable import HostCommand

@Suite struct DataDirectoryTests {
  @Test func `makes a secret once, for its owner only`() throws {
    let data = DataDirectory(try HostProcess.makeDirectory().path)
    try data.prepare()
    let secret = try data.secretKey()
    #expect(secret.utf8.count >= 32)
    #expect(try data.secretKey() == secret)
    let mode = try FileManager.default.attributesOfItem(atPath: data.path("secret.key"))[.posixPermissions] as? Int
    #expect(mode == 0o600)
    let run = try FileManager.default.attributesOfItem(atPath: data.run)[.posixPermissions] as? Int
    #expect(run == 0o700)
  }

  @Test func `refuses a secret that is too short`() throws {
    let data = DataDirectory(try HostProcess.makeDirectory().path)
    try Data("short\n".utf8).write(to: URL(filePath: data.path("secret.key")))
    #expect(throws: DataDirectory.Problem.self) { try data.secretKey() }
  }

  @Test func `looks for manifests beside the config, then in the installation, then in the source tree`() throws {
    let root = try HostProcess.makeDirectory()
    let files = FileManager.default
    let program = root.appending(path: "tree/.build/debug/hivecore").path
    try files.createDirectory(atPath: root.appending(path: "tree/plugins.d").path, withIntermediateDirectories: true)
    try files.createDirectory(atPath: root.appending(path: "tree/.build/debug").path, withIntermediateDirectories: true)
    let installation = Installation(program: program)
    #expect(installation.pluginDirectory(besideConfig: root.appending(path: "conf").path) == root.appending(path: "tree/plugins.d").path)
    try files.createDirectory(atPath: root.appending(path: "conf/plugins.d").path, withIntermediateDirectories: true)
    #expect(installation.pluginDirectory(besideConfig: root.appending(path: "conf").path) == root.appending(path: "conf/plugins.d").path)
  }
}
