import Foundation
import JSONRPC

/// A file of rows, one JSON object a line, read in pieces: the database may be larger than memory.
final class ImportFile {
  struct Malformed: Error, CustomStringConvertible {
    let description: String
  }

  /// A row with a large artifact is the longest there is.
  private static let lineByteLimit = 64 << 20
  private static let pieceByteCount = 1 << 20

  private let path: String
  private let handle: FileHandle
  private var buffer: [UInt8] = []
  /// Where the next line begins.
  private var start = 0
  private var isAtEnd = false
  private var lineNumber = 0

  /// - Returns: nil when the table was not there.
  init?(_ path: String) {
    guard let handle = FileHandle(forReadingAtPath: path) else { return nil }
    self.path = path
    self.handle = handle
  }

  deinit { try? handle.close() }

  /// The next rows: at most `limit`, and not many more bytes than `byteLimit`; empty at the end.
  func next(_ limit: Int, byteLimit: Int) throws -> [JSON] {
    var rows: [JSON] = []
    var byteCount = 0
    while rows.count < limit, byteCount < byteLimit, let line = try line() {
      lineNumber += 1
      byteCount += line.count
      do { rows.append(try JSON(parsing: Array(line))) } catch {
        throw Malformed(description: "\(path):\(lineNumber): \(error)")
      }
    }
    return rows
  }

  private func line() throws -> ArraySlice<UInt8>? {
    var searched = start
    while true {
      if let end = buffer[searched...].firstIndex(of: UInt8(ascii: "\n")) {
        defer { start = end + 1 }
        return buffer[start..<end]
      }
      guard !isAtEnd else { return nil }
      buffer.removeSubrange(..<start)
      start = 0
      searched = buffer.count
      guard buffer.count < Self.lineByteLimit else { throw Malformed(description: "\(path):\(lineNumber + 1): the row is too long") }
      let piece = try handle.read(upToCount: Self.pieceByteCount) ?? Data()
      if piece.isEmpty { isAtEnd = true } else { buffer += piece }
    }
  }
}
