import Foundation
import HTTPTypes
import TestSupport
import Testing

@testable import Gateway

@Suite struct RequestMetricsTests {
  @Test func `promtool finds nothing to complain about`() async throws {
    let metrics = RequestMetrics()
    let empty = metrics.text
    metrics.count(.get, .ok, .milliseconds(3))
    metrics.count(.get, .ok, .seconds(60))
    metrics.count(.post, .created, .microseconds(10))
    for method in ["BREW", "B2", "B3"] { metrics.count(.init(method) ?? .get, .methodNotAllowed, .milliseconds(1)) }
    for text in [empty, metrics.text] {
      let result = try await RunningProcess.run(
        program: URL(filePath: "/usr/bin/env"), arguments: ["promtool", "check", "metrics"], input: text)
      #expect(result.code == 0 && result.output.isEmpty && result.errors.isEmpty, "\(result)")
    }
    #expect(metrics.text.contains("hivecore_http_requests_total{method=\"GET\",status=\"200\"} 2\n"))
    #expect(metrics.text.contains("hivecore_http_requests_total{method=\"OTHER\",status=\"405\"} 3\n"))
    #expect(metrics.text.contains("hivecore_http_request_duration_seconds_bucket{le=\"10.0\"} 5\n"))
    #expect(metrics.text.contains("hivecore_http_request_duration_seconds_bucket{le=\"+Inf\"} 6\n"))
    #expect(metrics.text.contains("hivecore_http_request_duration_seconds_count 6\n"))
  }
}
