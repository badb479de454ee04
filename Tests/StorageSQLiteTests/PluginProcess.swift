import Foundation
import JSONRPC

/// The plugin's real process, spoken to byte by byte over descriptor 3 (docs/PROTOCOL.md, sections 1 to 3).
final class PluginProcess {
  let pid: pid_t
  private let socket: CInt
  private var lastID = 0

  struct Problem: Error { let message: String }

  /// Starts it and leads it to ready.
  init(state: String) throws {
    var ends: [CInt] = [0, 0]
    guard unsafe socketpair(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0, &ends) == 0 else { throw Problem(message: "socketpair") }
    // The child must not hold the host's end, or it would never see its end of file.
    _ = fcntl(ends[0], F_SETFD, FD_CLOEXEC)
    let program = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    let path = URL(fileURLWithPath: program).deletingLastPathComponent().appending(path: "hivecore-storage-sqlite").path
    pid = try PluginProcess.spawn(path, descriptor: ends[1])
    close(ends[1])
    socket = ends[0]
    let initialize: JSON = [
      "protocol": [1], "plugin": "storage-sqlite", "incarnation": 1, "max_frame": 4_194_304, "config": [:], "secrets": [:],
      "paths": ["state": .string(state)], "concurrency": 64,
    ]
    _ = try call("$/initialize", initialize)
    _ = try call("$/ready", [:])
  }

  deinit { close(socket) }

  private static func spawn(_ path: String, descriptor: CInt) throws -> pid_t {
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawn_file_actions_adddup2(&actions, descriptor, 3)
    var pid = pid_t()
    var arguments = unsafe [strdup(path), nil]
    defer { unsafe free(arguments[0]) }
    guard unsafe posix_spawn(&pid, path, &actions, nil, &arguments, environ) == 0 else {
      throw Problem(message: "\(path) cannot be started")
    }
    return pid
  }

  /// - Returns: the request's id.
  func send(_ method: String, _ params: JSON, meta: JSON = ["system": true]) throws -> Int {
    lastID += 1
    let body = JSON.object(["jsonrpc": "2.0", "id": .int(lastID), "method": .string(method), "params": params, "meta": meta]).bytes
    let count = UInt32(body.count)
    var frame = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: count >> $0) } + body
    while !frame.isEmpty {
      let sent = unsafe Glibc.send(socket, frame, frame.count, CInt(MSG_NOSIGNAL))
      guard sent > 0 else { throw Problem(message: "the plugin is gone") }
      frame.removeFirst(sent)
    }
    return lastID
  }

  /// The next message; nil when the plugin is gone.
  func receive() -> JSON? {
    guard let head = read(4) else { return nil }
    let count = head.reduce(0) { $0 << 8 | Int($1) }
    return read(count).flatMap { try? JSON(parsing: $0) }
  }

  private func read(_ count: Int) -> [UInt8]? {
    var bytes: [UInt8] = []
    while bytes.count < count {
      var part = [UInt8](repeating: 0, count: count - bytes.count)
      let got = unsafe recv(socket, &part, part.count, 0)
      guard got > 0 else { return nil }
      bytes += part.prefix(got)
    }
    return bytes
  }

  func call(_ method: String, _ params: JSON, meta: JSON = ["system": true]) throws -> JSON {
    let id = try send(method, params, meta: meta)
    while let message = receive() {
      guard message["id"].int == Int64(id), message["method"].isNull else { continue }
      guard message["error"].isNull else { throw RPCError(json: message["error"]) }
      return message["result"]
    }
    throw Problem(message: "the plugin is gone")
  }

  /// SIGKILL, and waits until it is gone.
  func kill() {
    _ = Glibc.kill(pid, SIGKILL)
    var status: CInt = 0
    _ = unsafe waitpid(pid, &status, 0)
  }
}
