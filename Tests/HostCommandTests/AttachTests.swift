import Foundation
import JSONRPC
import TestSupport
import Testing

@testable import HostCommand

@Suite struct AttachTests {
  private let status: JSON = [
    "plugins": [
      ["id": "chat", "state": "ready", "replicas": [["pid": 41, "incarnation": 3]]],
      ["id": "many", "state": "ready", "replicas": [["pid": 51, "incarnation": 7], ["pid": 52, "incarnation": 9]]],
      ["id": "gone", "state": "quarantined", "problem": "exit code 3", "replicas": [["pid": .null, "incarnation": 5]]],
    ]
  ]

  @Test func `the process is the plugin's only one, or the one that is named`() throws {
    #expect(try AttachTarget(status, plugin: "chat", incarnation: nil).pid == 41)
    #expect(try AttachTarget(status, plugin: "chat", incarnation: 3).pid == 41)
    #expect(try AttachTarget(status, plugin: "many", incarnation: 9).pid == 52)
  }

  @Test(arguments: [
    ("chta", nil, "no plugin 'chta' is switched on, did you mean 'chat'?"),
    ("gone", nil, "gone has no process: it is quarantined (exit code 3)"),
    ("many", nil, "many has several processes; choose one with --incarnation: 7 (pid 51), 9 (pid 52)"),
    ("many", 8, "many has no process number 8: it has 7 (pid 51), 9 (pid 52)"),
  ])
  func `refuses what cannot be attached to, and says why`(plugin: String, incarnation: Int64?, words: String) {
    #expect(throws: AttachTarget.Refusal(words)) { try AttachTarget(status, plugin: plugin, incarnation: incarnation) }
  }

  @Test(arguments: [
    (0, false, false, true), (1, false, false, false), (1, true, false, true), (1, false, true, true), (2, false, true, true),
    (3, true, true, false),
  ])
  func `obeys Yama`(scope: Int, isRoot: Bool, isNested: Bool, mayTrace: Bool) {
    #expect((AttachTarget.yamaRefusal(scope: scope, isRoot: isRoot, isNested: isNested) == nil) == mayTrace)
  }

  @Test func `finds a debugger by name in the path, by path, or the first that starts`() throws {
    let folder = try HostProcess.makeDirectory()
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = "/nowhere:\(folder.path)"
    #expect(Debugger.find(nil, searchPath: path) == nil)
    for (name, code) in [("gdb", 0), ("lldb", 127)] {
      let file = folder.appending(path: name).path
      let script = Data("#!/bin/sh\nexit \(code)\n".utf8)
      _ = FileManager.default.createFile(atPath: file, contents: script, attributes: [.posixPermissions: 0o755])
      #expect(Debugger.find(name, searchPath: path) == Debugger(path: file))
      #expect(Debugger.find(file, searchPath: "") == Debugger(path: file))
    }
    #expect(Debugger.find(nil, searchPath: path)?.kind == .gdb)
    #expect(Debugger.find(nil, searchPath: path) { _ in true }?.kind == .lldb)
    #expect(Debugger.find("dbx", searchPath: path) == nil)
  }

  @Test func `each debugger gets its own arguments, and a shell gets them back whole`() {
    let gdb = Debugger(path: "/usr/bin/gdb").arguments(pid: 7, program: "/opt/my plugin", more: ["-batch"])
    #expect(gdb == ["-iex", "set sysroot /", "/opt/my plugin", "-p", "7", "-batch"])
    #expect(Debugger(path: "/opt/lldb-19").arguments(pid: 7, program: "/opt/x", more: []) == ["-p", "7"])
    #expect(["a/b-c", "", "it's", "set x"].map(Debugger.quoted) == ["a/b-c", "''", #"'it'\''s'"#, "'set x'"])
  }
}
