import FoundationEssentials
import Sandbox

/// Keeps a second host off a data directory: a lock on `run/lock`, which holds the owner's pid for messages.
///
/// Every sandbox shares a lock on `run/plugins.lock`, and a new host waits until nobody does: what a killed host left behind can
/// never write beside it.
package struct RunLock: Sendable {
  private let lock: FileLock

  /// Why the data directory cannot be used now.
  package struct Refusal: Error, Equatable, CustomStringConvertible {
    package let description: String
  }

  /// The file on which each process of the host holds a shared lock.
  package static func processes(in directory: String) -> String { directory + "/plugins.lock" }

  /// Takes the lock, and waits until the last process of an earlier host is gone.
  ///
  /// - Parameters:
  ///   - directory: the run directory; made, for its owner only, when it is missing.
  ///   - pid: this host's.
  ///   - patience: how long the processes of a dead host may take to go.
  package static func take(_ directory: String, pid: Int32, patience: Duration = .seconds(10)) async throws(Refusal) -> RunLock {
    try prepare(directory)
    let path = directory + "/lock"
    let deadline = ContinuousClock.now + patience
    while true {
      if let lock = try tryLock(path) {
        try note(pid, path)
        try await outlive(processes(in: directory), until: deadline)
        return RunLock(lock: lock)
      }
      let owner = FileManager.default.contents(atPath: path).flatMap { Int32(String(decoding: $0, as: UTF8.self)) }
      if let owner, FileManager.default.fileExists(atPath: "/proc/\(owner)") {
        throw Refusal(description: "another hivecore (pid \(owner)) is running on \(directory.dropLast("/run".count))")
      }
      guard ContinuousClock.now < deadline, (try? await Task.sleep(for: .milliseconds(20))) != nil else {
        throw Refusal(description: "processes of an earlier hivecore still hold \(path)")
      }
    }
  }

  private static func outlive(_ path: String, until deadline: ContinuousClock.Instant) async throws(Refusal) {
    while try tryLock(path) == nil {
      guard ContinuousClock.now < deadline, (try? await Task.sleep(for: .milliseconds(20))) != nil else {
        throw Refusal(description: "processes of an earlier hivecore still hold \(path)")
      }
    }
  }

  private static func tryLock(_ path: String) throws(Refusal) -> FileLock? {
    do {
      return try FileLock.take(path)
    } catch {
      throw Refusal(description: error.description)
    }
  }

  private static func prepare(_ directory: String) throws(Refusal) {
    do {
      try FileManager.default.createDirectory(
        atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
      try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: directory)
    } catch {
      throw Refusal(description: "\(directory) cannot be made: \(error)")
    }
  }

  private static func note(_ pid: Int32, _ path: String) throws(Refusal) {
    do {
      // In place: another file of the same name would be unlocked.
      try Data("\(pid)".utf8).write(to: URL(filePath: path))
    } catch {
      throw Refusal(description: "\(path) cannot be written: \(error)")
    }
  }
}
