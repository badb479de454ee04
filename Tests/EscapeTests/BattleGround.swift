import Foundation
import TestSupport
import Testing

@testable import Sandbox

/// What there is to attack: a host's files and sockets, another plugin, another tenant.
final class BattleGround {
  private let base: String
  private let spawner: Spawner
  private let victim: ChildProcess
  private let targets: SpawnedProgram
  private let targetsInput = Pipe()
  private let ports: [String]
  private var abstractName: String { "hivecore-escape-\(base.suffix(8))" }

  private static let attacker: String = {
    var url = Bundle.main.bundleURL
    if url.pathExtension == "xctest" { url.deleteLastPathComponent() }
    return url.appending(path: "EscapeAttacker").path
  }()

  static func open() async throws -> BattleGround {
    let base = FileManager.default.temporaryDirectory.appending(path: "escape-\(UUID().uuidString.prefix(8))").path
    let secrets = ["state/victim/secret", "tenants/other/secret", "hivecore.toml", "secret.key"]
    for name in secrets + ["state/attacker/own", "workspaces/one/own"] {
      let path = "\(base)/\(name)"
      try FileManager.default.createDirectory(atPath: parentDirectory(path), withIntermediateDirectories: true)
      try Data("secret".utf8).write(to: URL(filePath: path))
    }
    try FileManager.default.copyItem(atPath: attacker, toPath: "\(base)/workspaces/one/attacker")
    let spawner = try await Spawner.start()
    var plugin = PluginSandbox(id: "victim", executable: attacker)
    plugin.arguments = ["wait"]
    plugin.write = ["\(base)/state/victim"]
    plugin.environment = ["API_KEY": "secret"]
    return try BattleGround(base, spawner, victim: try await spawner.spawn(try plugin.spawnRequest()))
  }

  private init(_ base: String, _ spawner: Spawner, victim: ChildProcess) throws {
    self.base = base
    self.spawner = spawner
    self.victim = victim
    let output = Pipe()
    targets = try SpawnedProgram(
      program: Self.attacker, arguments: ["targets", base, "hivecore-escape-\(base.suffix(8))"], environment: [:],
      descriptors: SpawnedProgram.Descriptors(
        input: targetsInput.fileHandleForReading.fileDescriptor, output: output.fileHandleForWriting.fileDescriptor, errors: 2))
    let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
    ports = line.split { $0 == " " || $0 == "\n" }.map(String.init)
    try #require(ports.count == 2)
  }

  deinit {
    victim.kill()
    try? targetsInput.fileHandleForWriting.close()
    targets.signal(SIGKILL)
    _ = targets.end(waiting: true)
    try? FileManager.default.removeItem(atPath: base)
  }

  /// - Parameter own: the highest descriptor that is rightly open.
  private func words(own: Int) throws -> [String] {
    ["attack", base, "\(try #require(victim.programPID))", ports[0], ports[1], abstractName, "\(own)"]
  }

  /// What each attack came to, by its name.
  func attack(_ confinement: Confinement) async throws -> [String: String] {
    // Open for everybody who inherits it.
    let leaked = Descriptor(unsafe Glibc.open("/etc/passwd", O_RDONLY))
    defer { leaked.close() }
    if confinement == .command { return try await attackAsCommand() }
    var plugin = PluginSandbox(id: "attacker", executable: Self.attacker)
    plugin.arguments = try words(own: 3)
    plugin.write = ["\(base)/state/attacker"]
    plugin.limits.fileBytes = 64 << 20
    plugin.network =
      switch confinement {
      case .loopback: .loopback(connect: [1], bind: [])
      case .outbound: .outbound
      case .withoutNetwork, .command: .none
      }
    let child = try await spawner.spawn(try plugin.spawnRequest())
    let capture = await CommandCapture.run(child, input: [], outputLimit: 1 << 20, timeout: .seconds(120))
    #expect(await child.wait() == .code(0), "\(capture.errors.text)")
    return answers(capture.output.text)
  }

  private func attackAsCommand() async throws -> [String: String] {
    var command = WorkspaceCommand(argv: ["./attacker"] + (try words(own: 2)), workspace: "one")
    command.limits.diskBytes = 64 << 20
    command.timeout = .seconds(120)
    let result = try await WorkspaceRunner(spawner: spawner).run(command, in: "\(base)/workspaces")
    #expect(result.status == .code(0), "\(result.errors)")
    return answers(result.output)
  }

  /// As root, with a descriptor too many, in a folder of the host.
  func attackInTheOpen() async throws -> [String: String] {
    let result = try await RunningProcess.run(
      program: URL(filePath: "/bin/sh"),
      arguments: ["-c", "exec 9</etc/passwd; exec \"$0\" \"$@\"", Self.attacker] + (try words(own: 2)),
      directory: URL(filePath: "\(base)/state/attacker"))
    return answers(result.output)
  }

  private func answers(_ text: String) -> [String: String] {
    let lines = text.split(separator: "\n").map { $0.split(separator: "\t", maxSplits: 1).map(String.init) }
    return Dictionary(lines.filter { $0.count == 2 }.map { ($0[0], ThreatTable.words($0[1])) }) { first, _ in first }
  }
}
