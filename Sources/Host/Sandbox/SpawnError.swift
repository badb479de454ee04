import Glibc

/// Why a process was not started.
package enum SpawnError: Error, Equatable, CustomStringConvertible {
  /// The machine lacks a layer that the profile requires.
  case missingLayer(SandboxLayer, detail: String)
  /// Building the sandbox or executing the program failed: at which stage, about what, with which errno.
  case neverStarted(stage: String, subject: String, errno: Int32)
  /// The sandbox did not report within the time limit.
  case tooSlow
  /// Too many processes are waiting to be started.
  case busy
  /// The request itself cannot be carried out.
  case invalid(String)

  package var description: String {
    switch self {
    case .missingLayer(let layer, let detail): "the sandbox layer \(layer.rawValue) is missing: \(detail)"
    case .neverStarted(let stage, let subject, let code):
      "not started, at \(stage)\(subject.isEmpty ? "" : " of \(subject)"): \(errnoText(code))"
    case .tooSlow: "not started: the sandbox was not ready in time"
    case .busy: "not started: too many processes are waiting to be started"
    case .invalid(let reason): "not started: \(reason)"
    }
  }
}

/// The system's words for an errno, with its number.
func errnoText(_ code: Int32) -> String {
  var buffer = [UInt8](repeating: 0, count: 128)
  let known = unsafe buffer.withUnsafeMutableBytes { bytes in
    guard let base = bytes.baseAddress else { return false }
    return unsafe strerror_r(code, base.assumingMemoryBound(to: CChar.self), bytes.count) == 0
  }
  let text = known ? String(decoding: buffer.prefix { $0 != 0 }, as: UTF8.self) : "unknown error"
  return "\(text) (errno \(code))"
}
