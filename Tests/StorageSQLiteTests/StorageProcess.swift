import Foundation
import JSONRPC
import TestSupport
import UnixTransport

/// The plugin's real process, spoken to byte by byte over descriptor 3 (docs/PROTOCOL.md, sections 1 to 3).
final class StorageProcess {
  private let program: SpawnedProgram
  private let socket: CInt
  private var lastID = 0

  struct Problem: Error { let message: String }

  /// Starts it and leads it to ready.
  init(state: String) throws {
    let (ours, theirs) = try makeSocketPair()
    defer { close(theirs) }
    socket = ours
    let descriptors = SpawnedProgram.Descriptors(input: FileHandle.nullDevice.fileDescriptor, output: 1, errors: 2, socket: theirs)
    program = try SpawnedProgram(
      program: HostProcess.products.appending(path: "hivecore-storage-sqlite").path, arguments: [], environment: [:],
      descriptors: descriptors)
    let initialize: JSON = [
      "protocol": [1], "plugin": "storage-sqlite", "incarnation": 1, "max_frame": 4_194_304, "config": [:], "secrets": [:],
      "paths": ["state": .string(state)], "concurrency": 64,
    ]
    _ = try call("$/initialize", initialize)
    _ = try call("$/ready", [:])
  }

  deinit { close(socket) }

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
    program.signal(SIGKILL)
    _ = program.end(waiting: true)
  }
}
