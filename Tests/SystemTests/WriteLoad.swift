import Foundation
import JSONRPC
import Synchronization
import TestSupport
import Testing

/// Clients that go on writing while things break, and remember what they were told.
final class WriteLoad: Sendable {
  /// What became of one row.
  struct Row: Sendable {
    let label: String
    /// Sent again under the same Idempotency-Key until it was acknowledged.
    let isRepeated: Bool
    var isAcknowledged = false
  }

  struct Refusal: Sendable {
    let status: Int
    let text: String
    let isTyped: Bool
  }

  struct Report: Sendable {
    var rows: [Row] = []
    var refusals: [Refusal] = []
    /// Requests without any answer.
    var unanswered: [String] = []
    /// The longest time a client went without an acknowledgement.
    var longestOutage: Duration = .zero
    var elapsed: Duration = .zero

    var acknowledged: Int { rows.count(where: \.isAcknowledged) }
    var rate: Double { Double(acknowledged) / (elapsed / .seconds(1)) }
  }

  static let clients = 16
  /// Together the clients send no more than about this many writes a second: enough for the promise, and the rest is left to the round.
  private static let pause: Duration = .milliseconds(40)
  private static let repeatLimit: Duration = .seconds(10)

  private let api: API
  private let conversation: Int64
  private let stopped = Atomic(false)

  init(_ api: API, conversation: Int64) {
    self.api = api
    self.conversation = conversation
  }

  /// Writes beside the body, until the body ends.
  func during(_ body: () async throws -> Void) async throws -> Report {
    let begun = ContinuousClock.now
    return try await withThrowingTaskGroup(of: Report.self) { group in
      for client in 0..<Self.clients { group.addTask { await self.write(client) } }
      do {
        try await body()
      } catch {
        stopped.store(true, ordering: .relaxed)
        throw error
      }
      stopped.store(true, ordering: .relaxed)
      var report = Report()
      for try await part in group {
        report.rows += part.rows
        report.refusals += part.refusals
        report.unanswered += part.unanswered
        report.longestOutage = max(report.longestOutage, part.longestOutage)
      }
      report.elapsed = .now - begun
      return report
    }
  }

  private func write(_ client: Int) async -> Report {
    var report = Report()
    var last = ContinuousClock.now
    var count = 0
    while !stopped.load(ordering: .relaxed) {
      count += 1
      var row = Row(label: "row-\(client)-\(count)", isRepeated: client % 2 == 1)
      let due = ContinuousClock.now + Self.pause
      let attempt = { await self.send(row, toTimeline: client % 4 < 2, &report) ? true : nil }
      let answer = row.isRepeated ? try? await eventually("\(row.label)", within: Self.repeatLimit, attempt) : await attempt()
      row.isAcknowledged = answer == true
      if row.isAcknowledged {
        report.longestOutage = max(report.longestOutage, .now - last)
        last = .now
      }
      report.rows.append(row)
      // Not a wait for anything: the pace of the load.
      try? await Task.sleep(until: due)
    }
    return report
  }

  private func send(_ row: Row, toTimeline: Bool, _ report: inout Report) async -> Bool {
    let headers = row.isRepeated ? ["Idempotency-Key": row.label] : [:]
    do {
      let answer =
        if toTimeline {
          try await api.send(
            .post, "/api/v1/observability/ingest/timeline/", ["event_type": "load", "message": .string(row.label)], headers: headers)
        } else {
          try await api.send(
            .post, "/api/v1/messages/", ["conversation": .int(conversation), "type": "user", "content": .string(row.label)],
            headers: headers)
        }
      guard answer.status != 201 else { return true }
      let isTyped = answer.status >= 400 && (answer.json["error"].string ?? answer.json["detail"].string) != nil
      report.refusals.append(Refusal(status: answer.status, text: answer.text, isTyped: isTyped))
    } catch {
      report.unanswered.append("\(error)")
    }
    return false
  }
}

extension WriteLoad.Report {
  /// Holds what clients were told against what is there.
  ///
  /// - Parameter stored: the labels of every row, as often as they are there.
  func verify(stored: [String]) {
    #expect(unanswered == [], "every request is answered")
    #expect(refusals.filter { !$0.isTyped }.map(\.text) == [], "every refusal says what it is")
    #expect(rows.filter { $0.isRepeated && !$0.isAcknowledged }.map(\.label) == [], "what is repeated long enough is acknowledged")
    verifyRows(stored)
  }

  /// What is there, whatever became of the requests: for when the host itself went.
  func verifyRows(_ stored: [String]) {
    let counts = stored.reduce(into: [String: Int]()) { $0[$1, default: 0] += 1 }
    #expect(counts.filter { $0.value > 1 }.keys.sorted() == [], "no row is there twice")
    let missing = rows.filter { $0.isAcknowledged && counts[$0.label] == nil }.map(\.label)
    #expect(missing == [], "no acknowledged row is missing")
    let known = Set(rows.map(\.label))
    #expect(counts.keys.filter { !known.contains($0) }.sorted() == [], "nothing is there that nobody sent")
  }

  var summary: String {
    let kinds = Dictionary(grouping: refusals) { "\($0.status) \($0.text.prefix(120))" }.map { "\($0.value.count) × \($0.key)" }.sorted()
    return """
      \(acknowledged) writes acknowledged in \(elapsed.formatted(.units(fractionalPart: .show(length: 1)))): \(Int(rate)) a second, \
      \(refusals.count) refused, longest wait \(longestOutage.formatted(.units(allowed: [.milliseconds])))
      """ + kinds.map { "\n  \($0)" }.joined()
  }
}
