import Foundation
import Glibc
import JSONRPC
import Supervisor

/// The process of a plugin that a debugger is to take hold of.
struct AttachTarget: Sendable, Equatable {
  /// Why there is none.
  struct Refusal: Error, Equatable, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
  }

  let pid: Int32
  let incarnation: Int64

  /// - Parameters:
  ///   - status: the host's, as `hivecore status --json` shows it.
  ///   - incarnation: nil = the only one.
  init(_ status: JSON, plugin: String, incarnation: Int64?) throws(Refusal) {
    let plugins = status["plugins"].array ?? []
    guard let found = plugins.first(where: { $0["id"].string == plugin }) else {
      let known = plugins.compactMap { $0["id"].string }
      throw Refusal("no plugin '\(plugin)' is switched on\(NearestName.hint(plugin, among: known))")
    }
    let running = (found["replicas"].array ?? []).compactMap { replica in
      replica["pid"].int.map { (incarnation: replica["incarnation"].int ?? 0, pid: Int32(clamping: $0)) }
    }
    guard !running.isEmpty else {
      let problem = found["problem"].string.map { " (\($0))" } ?? ""
      throw Refusal("\(plugin) has no process: it is \(found["state"].string ?? "stopped")\(problem)")
    }
    let listed = running.map { "\($0.incarnation) (pid \($0.pid))" }.joined(separator: ", ")
    if let incarnation {
      guard let chosen = running.first(where: { $0.incarnation == incarnation }) else {
        throw Refusal("\(plugin) has no process number \(incarnation): it has \(listed)")
      }
      (pid, self.incarnation) = (chosen.pid, incarnation)
    } else {
      guard running.count == 1 else { throw Refusal("\(plugin) has several processes; choose one with --incarnation: \(listed)") }
      (pid, self.incarnation) = (running[0].pid, running[0].incarnation)
    }
  }

  /// Looks whether this user may trace the process.
  ///
  /// - Returns: the path of its program.
  func program() throws(Refusal) -> String {
    let link = "/proc/\(pid)/exe"
    guard let program = try? FileManager.default.destinationOfSymbolicLink(atPath: link) else {
      throw Refusal("process \(pid) has ended, or this user may not trace it: only root and the host's user may")
    }
    if let tracer = ProcessTracer.pid(of: pid) { throw Refusal("process \(pid) is held by another debugger already, pid \(tracer)") }
    if let refusal = Self.yamaRefusal(scope: Self.yamaScope(), isRoot: geteuid() == 0, isNested: Self.isNested(pid)) { throw refusal }
    // A program that was replaced on disk is still the process's own.
    return FileManager.default.fileExists(atPath: program) ? program : link
  }

  /// What Yama, where the kernel has it, says against tracing.
  ///
  /// - Parameter isNested: the process is in a user namespace that this user made, as sandboxed plugins are: there they may do what root may.
  static func yamaRefusal(scope: Int, isRoot: Bool, isNested: Bool) -> Refusal? {
    if scope >= 3 { return Refusal("this kernel lets nobody trace another process: kernel.yama.ptrace_scope is \(scope)") }
    if scope == 0 || isRoot || isNested { return nil }
    return Refusal("this kernel lets only root trace another process: kernel.yama.ptrace_scope is \(scope)")
  }

  private static func yamaScope() -> Int {
    let file = FileManager.default.contents(atPath: "/proc/sys/kernel/yama/ptrace_scope")
    return file.flatMap { Int(String(decoding: $0, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)) } ?? 0
  }

  private static func isNested(_ pid: Int32) -> Bool {
    let namespaces = [pid, getpid()].map { try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\($0)/ns/user") }
    return namespaces[0] != namespaces[1]
  }
}
