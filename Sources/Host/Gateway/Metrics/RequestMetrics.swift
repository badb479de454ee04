import HTTPTypes
import Synchronization

/// How many requests there were, how they ended and how long they took, as Prometheus text.
final class RequestMetrics: Sendable {
  private struct Key: Hashable {
    let method: String
    let status: Int
  }

  private struct Numbers {
    var counts: [Key: Int] = [:]
    /// One more than there are bounds: the last is for what took longer.
    var buckets = Array(repeating: 0, count: RequestMetrics.bounds.count + 1)
    var seconds = 0.0
  }

  private static let bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
  private static let methods: Set<String> = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]

  private let numbers = Mutex(Numbers())

  func count(_ method: HTTPRequest.Method, _ status: HTTPResponse.Status, _ duration: Duration) {
    let seconds = duration / .seconds(1)
    let bucket = Self.bounds.firstIndex { seconds <= $0 } ?? Self.bounds.count
    // A client may make up methods: they all count as one.
    let name = Self.methods.contains(method.rawValue) ? method.rawValue : "OTHER"
    numbers.withLock { numbers in
      numbers.counts[Key(method: name, status: status.code), default: 0] += 1
      numbers.buckets[bucket] += 1
      numbers.seconds += seconds
    }
  }

  /// Exposition format 0.0.4.
  var text: String {
    let (counts, buckets, seconds) = numbers.withLock { ($0.counts, $0.buckets, $0.seconds) }
    var lines = ["# HELP hivecore_http_requests_total Requests answered.", "# TYPE hivecore_http_requests_total counter"]
    lines += counts.sorted { ($0.key.method, $0.key.status) < ($1.key.method, $1.key.status) }.map { key, count in
      "hivecore_http_requests_total{method=\"\(key.method)\",status=\"\(key.status)\"} \(count)"
    }
    let name = "hivecore_http_request_duration_seconds"
    lines += ["# HELP \(name) Time from the head of a request to the head of its answer.", "# TYPE \(name) histogram"]
    var total = 0
    for (bound, count) in zip(Self.bounds.map { "\($0)" } + ["+Inf"], buckets) {
      total += count
      lines.append("\(name)_bucket{le=\"\(bound)\"} \(total)")
    }
    lines += ["\(name)_sum \(seconds)", "\(name)_count \(total)"]
    return lines.joined(separator: "\n") + "\n"
  }
}
