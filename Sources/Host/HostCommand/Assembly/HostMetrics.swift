import JSONRPC
import Router

/// The plugins' status as Prometheus text (exposition format 0.0.4).
struct HostMetrics {
  private let plugins: [JSON]
  private let host: JSON
  private let version: String
  private let methods: [String: [String: MethodMetrics]]

  /// - Parameters:
  ///   - status: as `hivecore status --json`.
  ///   - methods: what became of calls, by plugin and method.
  init(_ status: JSON, methods: [String: [String: MethodMetrics]]) {
    self.methods = methods
    plugins = status["plugins"].array ?? []
    host = status["host"]
    version = status["version"].string ?? ""
  }

  private static let families: [(name: String, type: String, help: String, member: String)] = [
    ("hivecore_plugin_restarts_total", "counter", "Restarts since the host started.", "restarts"),
    ("hivecore_plugin_uptime_seconds", "gauge", "Time since the running incarnation got ready.", "uptime_seconds"),
    ("hivecore_plugin_resident_bytes", "gauge", "Resident memory of the plugin's processes.", "rss_bytes"),
    ("hivecore_plugin_queue_length", "gauge", "Requests that wait.", "queue"),
    ("hivecore_plugin_in_flight", "gauge", "Requests being served.", "in_flight"),
    ("hivecore_plugin_calls_total", "counter", "Requests served.", "calls"),
    ("hivecore_plugin_errors_total", "counter", "Requests answered with an error.", "errors"),
    ("hivecore_plugin_retries_total", "counter", "Requests sent again after a crash.", "retries"),
    ("hivecore_plugin_faults_total", "counter", "Faults injected into calls.", "faults"),
    ("hivecore_plugin_denied_total", "counter", "Calls of the plugin that were denied.", "denied"),
    ("hivecore_plugin_overloaded_total", "counter", "Requests refused because too many waited.", "overloaded"),
  ]

  var text: String {
    var lines = [
      "# HELP hivecore_build_info The version that runs.", "# TYPE hivecore_build_info gauge",
      "hivecore_build_info{version=\"\(version)\"} 1",
    ]
    for (name, help, member) in [
      ("hivecore_host_uptime_seconds", "Time since the host started.", "uptime_seconds"),
      ("hivecore_host_resident_bytes", "Resident memory of the host itself.", "rss_bytes"),
    ] {
      guard let value = host[member].int else { continue }
      lines += ["# HELP \(name) \(help)", "# TYPE \(name) gauge", "\(name) \(value)"]
    }
    lines += ["# HELP hivecore_plugin_ready Whether the plugin serves.", "# TYPE hivecore_plugin_ready gauge"]
    lines += plugins.map { "hivecore_plugin_ready{\(label($0))} \($0["state"] == "ready" ? 1 : 0)" }
    lines += ["# HELP hivecore_plugin_circuit_open Whether calls are refused because it kept dying of them."]
    lines += ["# TYPE hivecore_plugin_circuit_open gauge"]
    lines += plugins.map { "hivecore_plugin_circuit_open{\(label($0))} \($0["circuit"] == "open" ? 1 : 0)" }
    lines += ["# HELP hivecore_plugin_processes Processes that share its calls.", "# TYPE hivecore_plugin_processes gauge"]
    lines += plugins.map { "hivecore_plugin_processes{\(label($0))} \($0["replicas"].array?.count ?? 0)" }
    for family in Self.families {
      lines += ["# HELP \(family.name) \(family.help)", "# TYPE \(family.name) \(family.type)"]
      lines += plugins.compactMap { plugin in plugin[family.member].int.map { "\(family.name){\(label(plugin))} \($0)" } }
    }
    lines += MethodMetricsText(methods: methods).lines + walls
    return lines.joined(separator: "\n") + "\n"
  }

  /// What the machine gives, and what holds each plugin.
  private var walls: [String] {
    let machine = (host["sandbox"]["layers"].array ?? []).map { layer in
      "hivecore_sandbox_layer{layer=\"\(layer["layer"].string ?? "")\"} \(layer["engaged"] == true ? 1 : 0)"
    }
    let held = plugins.flatMap { plugin in
      (plugin["sandbox"]["layers"].array ?? []).compactMap(\.string).map { layer in
        "hivecore_plugin_sandbox_layer{\(label(plugin)),layer=\"\(layer)\"} 1"
      }
    }
    return ["# HELP hivecore_sandbox_layer Whether this machine gives the layer.", "# TYPE hivecore_sandbox_layer gauge"] + machine
      + ["# HELP hivecore_plugin_sandbox_layer The layers that hold the plugin.", "# TYPE hivecore_plugin_sandbox_layer gauge"] + held
  }

  private func label(_ plugin: JSON) -> String { "plugin=\"\(plugin["id"].string ?? "")\"" }
}
