import Router

/// Calls, errors and latency of every method that was called, as Prometheus text. The names are those that plugins described, at most 256
/// of each.
struct MethodMetricsText {
  /// By plugin and method.
  let methods: [String: [String: MethodMetrics]]

  /// A quarter of a millisecond to a minute: each bound four times the one before, the histogram's own powers of two.
  private static let exponents = Array(stride(from: 8, through: 26, by: 2))

  var lines: [String] {
    let calls = "hivecore_method_calls_total"
    let errors = "hivecore_method_errors_total"
    let duration = "hivecore_method_duration_seconds"
    var lines = ["# HELP \(calls) Calls that ended, by method.", "# TYPE \(calls) counter"]
    lines += each { ["\(calls){\($0)} \($1.calls)"] }
    lines += ["# HELP \(errors) Calls that ended in an error, by method.", "# TYPE \(errors) counter"]
    lines += each { ["\(errors){\($0)} \($1.errors)"] }
    lines += ["# HELP \(duration) From a call's arrival in the router to its end, waiting included.", "# TYPE \(duration) histogram"]
    return lines + each { label, method in histogram(duration, label, method.latency) }
  }

  private func each(_ body: (_ label: String, MethodMetrics) -> [String]) -> [String] {
    methods.sorted { $0.key < $1.key }.flatMap { plugin, methods in
      methods.sorted { $0.key < $1.key }.flatMap { body("plugin=\"\(plugin)\",method=\"\(Self.escaped($0.key))\"", $0.value) }
    }
  }

  private func histogram(_ name: String, _ label: String, _ latency: LatencyHistogram) -> [String] {
    let buckets = Self.exponents.map { exponent in
      let bound = Double(Int64(1) << Int64(exponent)) / 1_000_000
      return "\(name)_bucket{\(label),le=\"\(bound)\"} \(latency.count(belowPowerOfTwo: exponent))"
    }
    return buckets + [
      "\(name)_bucket{\(label),le=\"+Inf\"} \(latency.count)", "\(name)_sum{\(label)} \(Double(latency.sumMicroseconds) / 1_000_000)",
      "\(name)_count{\(label)} \(latency.count)",
    ]
  }

  /// What a plugin calls its method is its own affair.
  private static func escaped(_ name: String) -> String {
    name.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
  }
}
