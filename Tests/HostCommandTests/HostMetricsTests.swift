import JSONRPC
import Router
import Testing

@testable import HostCommand

@Suite struct HostMetricsTests {
  @Test func `every line is a comment or a sample of a declared family`() throws {
    let status = try JSON(
      parsing: #"{"version":"1.2.3","host":{"uptime_seconds":9,"rss_bytes":5,"sandbox":{"tier":"full","#
        + #""layers":[{"layer":"seccomp","engaged":true},{"layer":"cgroup","engaged":false}]}},"#
        + #""plugins":[{"id":"a","state":"ready","restarts":2,"rss_bytes":null,"calls":7,"sandbox":{"layers":["seccomp"]}},"#
        + #"{"id":"b","state":"failed","restarts":0}]}"#
    )
    let lines = HostMetrics(status, methods: [:]).text.split(separator: "\n").map(String.init)
    let declared = Set(lines.filter { $0.hasPrefix("# TYPE ") }.map { String($0.split(separator: " ")[2]) })
    for line in lines where !line.hasPrefix("#") {
      let match = try #require(line.wholeMatch(of: /(\w+)(\{\w+="[\w.]+"(,\w+="[\w.]+")?\})? \d+/))
      #expect(declared.contains(String(match.1)))
    }
    #expect(lines.contains(#"hivecore_build_info{version="1.2.3"} 1"#))
    #expect(lines.contains("hivecore_host_resident_bytes 5"))
    #expect(lines.contains(#"hivecore_plugin_ready{plugin="a"} 1"#))
    #expect(lines.contains(#"hivecore_plugin_ready{plugin="b"} 0"#))
    #expect(lines.contains(#"hivecore_plugin_restarts_total{plugin="a"} 2"#))
    #expect(lines.contains(#"hivecore_sandbox_layer{layer="seccomp"} 1"#) && lines.contains(#"hivecore_sandbox_layer{layer="cgroup"} 0"#))
    #expect(lines.contains(#"hivecore_plugin_sandbox_layer{plugin="a",layer="seccomp"} 1"#))
    #expect(!lines.contains { $0.hasPrefix("hivecore_plugin_resident_bytes{") })
  }

  @Test func `each method that was called has its calls, errors and latency`() throws {
    var read = MethodMetrics()
    read.calls = 4
    read.errors = 1
    for microseconds: Int64 in [100, 300, 2_000, 100_000_000] { read.latency.record(microseconds: microseconds) }
    let lines = MethodMetricsText(methods: ["b": [:], "a": ["storage.read": read, "odd\"name": MethodMetrics()]]).lines
    let of = "plugin=\"a\",method=\"storage.read\""
    for line in [
      "calls_total{\(of)} 4", "errors_total{\(of)} 1", "duration_seconds_bucket{\(of),le=\"0.000256\"} 1",
      "duration_seconds_bucket{\(of),le=\"0.001024\"} 2", "duration_seconds_bucket{\(of),le=\"0.004096\"} 3",
      "duration_seconds_bucket{\(of),le=\"67.108864\"} 3", "duration_seconds_bucket{\(of),le=\"+Inf\"} 4",
      "duration_seconds_sum{\(of)} 100.0024", "duration_seconds_count{\(of)} 4", "calls_total{plugin=\"a\",method=\"odd\\\"name\"} 0",
    ] { #expect(lines.contains("hivecore_method_\(line)"), "\(line)") }
    #expect(lines.count == 6 + 2 * (1 + 1 + 13))
  }
}
