/// One key of `hivecore.toml`: its default, the environment variable that stands above the file, and what it is for.
struct ConfigKey: Sendable {
  enum Kind: Sendable { case text, list }

  let name: String
  let kind: Kind
  let variable: String?
  let defaultValue: [String]
  let isSecret: Bool
  let summary: String

  static func text(_ name: String, _ variable: String?, _ defaultValue: String, secret: Bool = false, _ summary: String) -> ConfigKey {
    ConfigKey(name: name, kind: .text, variable: variable, defaultValue: [defaultValue], isSecret: secret, summary: summary)
  }

  static func list(_ name: String, _ variable: String?, _ summary: String) -> ConfigKey {
    ConfigKey(name: name, kind: .list, variable: variable, defaultValue: [], isSecret: false, summary: summary)
  }

  /// Every key there is, in the order `config show` prints them.
  static let all: [ConfigKey] = own + ServiceKeys.all

  private static let own: [ConfigKey] = [
    .text("listen", "HIVECORE_LISTEN", "127.0.0.1:8000", "HOST:PORT of the HTTP gateway; port 0 takes a free one"),
    .text("tls_certificate", "HIVECORE_TLS_CERTIFICATE", "", "PEM file, the chain behind it; with it the gateway speaks TLS only"),
    .text(
      "tls_key", "HIVECORE_TLS_KEY", "", "PEM file of the certificate's key; both files are read again when they change, and on SIGHUP"),
    .text("environment", "HIVECORE_ENV", "production", "production, or development: looser CORS"),
    .text("log_level", "HIVECORE_LOG_LEVEL", "info", "trace, debug, info, notice, warning, error or critical"),
    .text(
      "plugins", "HIVECORE_PLUGINS", "", "directory of the plugin manifests; empty = plugins.d beside this file, else of the installation"),
    .text("secret_key", "SECRET_KEY", "", secret: true, "signs tokens, 32 bytes or more; empty = made once and kept in the data directory"),
    .text("workspaces", "EXECUTION_WORKSPACE_DIR", "", "where agents work; empty = workspaces in the data directory"),
    .text(
      "cgroup", "HIVECORE_CGROUP", "",
      "cgroup (version 2) for the plugins: a directory, or off; empty = the host's own when it is delegated"),
    .list("cors_allowed_origins", "CORS_ALLOWED_ORIGINS", "origins a browser may call from"),
    .text("rate_limit_address", "HIVECORE_RATE_LIMIT_ADDRESS", "", "requests of one address, e.g. 50/s, 600/m; empty = any number"),
    .text("rate_limit_tenant", "HIVECORE_RATE_LIMIT_TENANT", "", "requests of one tenant, e.g. 500/s; empty = any number"),
    .list("allowed_hosts", "ALLOWED_HOSTS", "names the gateway answers to; .example.org = all below it; none = any"),
    .text("tenant_base_domain", "TENANT_BASE_DOMAIN", "", "SLUG.DOMAIN is open to the tenant SLUG only; empty = host names mean nothing"),
    .list("trusted_proxies", "HIVECORE_TRUSTED_PROXIES", "addresses whose X-Forwarded headers count"),
  ]
}
