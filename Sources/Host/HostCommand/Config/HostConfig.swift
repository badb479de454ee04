import Foundation
import Gateway
import Logging
import Sandbox
import Supervisor

/// The host's configuration as its rooms take it; values have been checked.
struct HostConfig: Sendable {
  struct Invalid: Error, CustomStringConvertible {
    let key: String
    let origin: ResolvedConfig.Origin
    let message: String
    var description: String { "\(key) (\(origin)): \(message)" }
  }

  let data: DataDirectory
  let host: String
  let port: Int
  let isDevelopment: Bool
  let logLevel: Logger.Level
  let pluginDirectory: String
  /// Empty: the data directory's own.
  let secretKey: String
  let workspaces: String
  let cgroup: CgroupTree.Choice
  let corsAllowedOrigins: [String]
  let trustedProxies: [String]
  let addressRate: RateLimit?
  let tenantRate: RateLimit?
  let allowedHosts: [String]
  let tenantBaseDomain: String
  let services: ServiceWishes
  /// Certificate and key; nil = plain HTTP.
  let tls: (certificate: String, key: String)?

  private static let secretByteMinimum = 32

  /// - Parameter installation: finds `plugins.d` when nobody named one.
  init(_ resolved: ResolvedConfig, data: DataDirectory, configDirectory: String, installation: Installation) throws {
    func invalid(_ key: String, _ message: String) -> Invalid { resolved.invalid(key, message) }
    self.data = data
    guard let colon = resolved.text("listen").lastIndex(of: ":"), let port = Int(resolved.text("listen")[colon...].dropFirst()),
      (0...65_535).contains(port), colon > resolved.text("listen").startIndex
    else { throw invalid("listen", "must be HOST:PORT, e.g. 127.0.0.1:8000") }
    host = String(resolved.text("listen")[..<colon])
    self.port = port
    guard ["production", "development"].contains(resolved.text("environment")) else {
      throw invalid("environment", "must be production or development")
    }
    isDevelopment = resolved.text("environment") == "development"
    guard let level = Logger.Level(rawValue: resolved.text("log_level")) else {
      throw invalid("log_level", "must be one of \(Logger.Level.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    logLevel = level
    secretKey = resolved.text("secret_key")
    guard secretKey.isEmpty || secretKey.utf8.count >= Self.secretByteMinimum else {
      throw invalid("secret_key", "must have at least \(Self.secretByteMinimum) bytes")
    }
    let plugins = resolved.text("plugins")
    pluginDirectory = plugins.isEmpty ? installation.pluginDirectory(besideConfig: configDirectory) : plugins
    workspaces = resolved.text("workspaces").isEmpty ? data.path("workspaces") : resolved.text("workspaces")
    switch resolved.text("cgroup") {
    case "": cgroup = .delegated
    case "off": cgroup = .none
    case let path:
      guard path.hasPrefix("/") else { throw invalid("cgroup", "must be an absolute path or off") }
      cgroup = .directory(path)
    }
    corsAllowedOrigins = resolved.list("cors_allowed_origins")
    trustedProxies = resolved.list("trusted_proxies")
    func rate(_ key: String) throws -> RateLimit? {
      let text = resolved.text(key)
      guard let rate = RateLimit(text) else {
        if text.isEmpty { return nil }
        throw invalid(key, "must be a number of requests a second, minute or hour, e.g. 50/s, 600/m or 10000/h")
      }
      return rate
    }
    addressRate = try rate("rate_limit_address")
    tenantRate = try rate("rate_limit_tenant")
    allowedHosts = resolved.list("allowed_hosts")
    tenantBaseDomain = resolved.text("tenant_base_domain")
    let (certificate, certificateKey) = (resolved.text("tls_certificate"), resolved.text("tls_key"))
    guard certificate.isEmpty == certificateKey.isEmpty else {
      throw certificate.isEmpty
        ? invalid("tls_certificate", "is needed with tls_key") : invalid("tls_key", "is needed with tls_certificate")
    }
    tls = certificate.isEmpty ? nil : (certificate, certificateKey)
    services = try ServiceWishes(resolved, data: data)
  }

  /// The manifests as they run: those of the plugin directory, and over them what the configuration asks for.
  func manifests(_ installation: Installation) throws -> ManifestDirectory {
    let locator = ExecutableLocator(besideProgram: installation.program)
    return try services.applied(to: try ManifestDirectory.load(pluginDirectory), directory: pluginDirectory) { manifest in
      locator.find(manifest.exec) != nil
    }
  }
}
