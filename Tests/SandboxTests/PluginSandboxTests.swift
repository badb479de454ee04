import Foundation
import TestSupport
import Testing

@testable import Sandbox

@Suite struct PluginSandboxTests {
  /// This test's own program: Swift, with libraries found by run path.
  private var swiftProgram: String { resolvedPath("/proc/self/exe") ?? "" }

  @Test func `a Swift program finds its runtime in the private root`() async throws {
    var plugin = PluginSandbox(id: "swift", executable: swiftProgram)
    plugin.arguments = ["--testing-library", "swift-testing", "--list-tests"]
    let child = try await Workshop.shared.spawner().spawn(try plugin.spawnRequest())
    let text = await CommandCapture.run(child, input: [], outputLimit: 1 << 16, timeout: .seconds(20))
    #expect(await child.wait() == .code(0), "\(text.output.text) \(text.errors.text)")
    #expect(child.layers.contains(.landlockScope) == (try await Workshop.shared.spawner().report.engages(.landlockScope)))
  }

  @Test func `the libraries found by run path are shown one by one`() throws {
    let footprint = try ProgramFootprint(of: swiftProgram)
    #expect(footprint.executable == swiftProgram && footprint.argv == [swiftProgram])
    #expect(footprint.paths.contains { $0.hasSuffix("/libswiftCore.so") })
    #expect(!footprint.paths.contains { $0.hasSuffix("/libc.so.6") }, "that one is the system's")
    #expect(try #require(ELFImage(path: swiftProgram)).interpreter?.contains("ld-linux") == true)
  }

  @Test func `a script in Python runs as a plugin, with its state and what it may read`() async throws {
    let root = try WorkspaceRoot()
    let state = "\(root.path)/one"
    let script = "\(root.path)/plugin"
    try ProgramFile.write(
      """
      #!/usr/bin/env python3
      import os, socket, json, sys
      open('kept', 'w').write('kept')
      s = socket.socket(fileno=3)
      s.sendall(json.dumps({'cwd': os.getcwd(), 'args': sys.argv[1:], 'shell': os.path.exists('/bin/sh'), 'readme': open('\(root.path)/readme').read()}).encode())
      """, to: URL(filePath: script))
    try "hello".write(toFile: "\(root.path)/readme", atomically: true, encoding: .utf8)
    var plugin = PluginSandbox(id: "py", executable: script)
    plugin.arguments = ["one", "two"]
    plugin.write = [state]
    plugin.read = ["\(root.path)/readme"]
    let child = try await Workshop.shared.spawner().spawn(try plugin.spawnRequest())
    let socket = FileHandle(fileDescriptor: try #require(child.socket).rawValue, closeOnDealloc: false)
    let said = String(decoding: try socket.readToEnd() ?? Data(), as: UTF8.self)
    let errors = await CommandCapture.run(child, input: [], outputLimit: 1 << 16, timeout: .seconds(20)).errors.text
    #expect(said == #"{"cwd": "\#(state)", "args": ["one", "two"], "shell": false, "readme": "hello"}"#, "\(errors)")
    #expect(await child.wait() == .code(0))
    #expect(try String(contentsOfFile: "\(state)/kept", encoding: .utf8) == "kept")
  }

  @Test func `each plugin has a user that no other has, and keeps it`() {
    let users = SandboxUsers()
    // Far more than a host has plugins: some of these names collide.
    let names = (0..<500).map { "plugin-\($0)" }
    let first = names.map(users.user)
    #expect(Set(first.map(\.id)).count == 500 && first.allSatisfy { (61_184..<65_500).contains($0.id) })
    #expect(Set(names.map(SandboxUser.named).map(\.id)).count < 500, "by name alone they would collide")
    #expect(names.map(users.user) == first)
    #expect(SandboxUser(id: 65_499).next == SandboxUser(id: 61_184))
  }

  @Test(arguments: [
    ("missing", "does not exist"), ("plain", "not executable"), ("text", "neither"), ("shim", "is not installed"),
    ("nested", "is not a program"),
  ])
  func `what cannot be started says why`(name: String, reason: String) throws {
    let root = try WorkspaceRoot()
    let contents = [
      "plain": "#!/bin/sh\n", "text": "hello\n", "shim": "#!/usr/bin/env no-such-interpreter\n", "nested": "#!\(root.path)/text\n",
    ]
    for (file, text) in contents {
      try text.write(toFile: "\(root.path)/\(file)", atomically: true, encoding: .utf8)
      try FileManager.default.setAttributes([.posixPermissions: file == "plain" ? 0o644 : 0o755], ofItemAtPath: "\(root.path)/\(file)")
    }
    do throws(SpawnError) {
      _ = try PluginSandbox(id: name, executable: "\(root.path)/\(name)").spawnRequest()
      Issue.record("accepted")
    } catch {
      #expect("\(error)".contains(reason), "\(error)")
    }
  }

  @Test(arguments: [("loopback", NetworkAccess.loopback(connect: [], bind: [])), ("outbound", .outbound)])
  func `networks are limited to what was asked`(name: String, network: NetworkAccess) async throws {
    let script = """
      import socket
      def attempt(what):
        try: what(); return 'done'
        except OSError as e: return e.errno
      tcp = lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM)
      print(attempt(lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM)), attempt(lambda: socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM)),
        attempt(lambda: tcp().connect(('127.0.0.1', 1))), attempt(lambda: tcp().bind(('127.0.0.1', 0))))
      """
    let result = try await python(script) { $0.network = network }
    let expected = name == "outbound" ? "done \(EPERM) \(ECONNREFUSED) \(EACCES)\n" : "\(EPERM) \(EPERM) \(EACCES) \(EACCES)\n"
    #expect(result.output == expected, "\(result.errors)")
    #expect(!result.layers.contains(.networkNamespace))
  }

  @Test func `a loopback port on the list can be reached`() async throws {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(listener) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let port = try unsafe withUnsafeMutablePointer(to: &address) { pointer -> UInt16 in
      try unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
        try #require(unsafe bind(listener, generic, size) == 0 && listen(listener, 4) == 0)
        try #require(unsafe getsockname(listener, generic, &size) == 0)
      }
      return UInt16(bigEndian: unsafe pointer.pointee.sin_port)
    }
    let script = "import socket; s = socket.socket(); s.connect(('127.0.0.1', \(port))); print('connected')"
    let result = try await python(script) { $0.network = .loopback(connect: [port], bind: []) }
    #expect(result.output == "connected\n", "\(result.errors)")
  }
}
