import JSONRPC
import PluginProtocol
import Router

extension Manifest {
  /// Reads a manifest.
  ///
  /// - Parameters:
  ///   - text: the file's content.
  ///   - file: the name that problems carry.
  /// - Throws: every problem found, each with its line.
  package init(_ text: String, file: String) throws(ConfigProblems) {
    let document: TOMLDocument
    do {
      document = try TOMLDocument(text, file: file)
    } catch {
      throw ConfigProblems([error])
    }
    var reader = ConfigReader(document)
    self.init(&reader)
    reader.finish()
    guard reader.problems.isEmpty else { throw ConfigProblems(reader.problems) }
  }

  private init(_ reader: inout ConfigReader) {
    id = reader.required("id")
    if !id.isEmpty, !Self.isName(id) { reader.note("id", "'id' must be lower-case letters, digits and dashes, at most 64, not \"\(id)\"") }
    version = reader.required("version")
    let range = reader.string("protocol", ">=1, <2") ?? ""
    protocolRange = ProtocolRange(range) ?? .none
    if protocolRange == .none { reader.note("protocol", "'protocol' must be bounds like \">=1, <2\", not \"\(range)\"") }
    exec = reader.required("exec")
    sha256 = reader.string("sha256")?.lowercased()
    if let sha256, sha256.count != 64 || !sha256.allSatisfy(\.isHexDigit) {
      reader.note("sha256", "'sha256' must be 64 hexadecimal digits")
    }
    enabled = reader.bool("enabled", true)
    provides = Self.capabilities("provides", &reader)
    requires = Self.capabilities("requires", &reader)
    grants = Self.grants(&reader)
    collections = reader.table("collections") { table in CollectionGrant(read: table.strings("read"), write: table.strings("write")) }
    replicas = reader.int("replicas", 1, 1...64)
    concurrency = reader.int("concurrency", 64, 1...4096)
    config = reader.object("config")
    secrets = Self.secrets(&reader)
    restart = reader.table("restart", RestartPolicy.init)
    limits = reader.table("limits", PluginLimits.init)
    sandbox = reader.table("sandbox", SandboxPolicy.init)
    health = reader.table("health", HealthPolicy.init)
    faults = reader.isGiven("faults") ? reader.table("faults", FaultPlan.init) : nil
    if replicas > 1, isExclusive {
      let names = provides.filter(ManifestVerifier.exclusive.contains).joined(separator: ", ")
      reader.note("replicas", "'replicas' must be 1: the plugin provides \(names), of which there is one at a time")
    }
  }

  /// Whether a plugin or a capability may be called so.
  package static func isName(_ text: String) -> Bool {
    guard let first = text.utf8.first, (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(first), text.utf8.count <= 64 else { return false }
    return text.utf8.allSatisfy {
      (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
        || $0 == UInt8(ascii: "-")
    }
  }

  private static func capabilities(_ key: String, _ reader: inout ConfigReader) -> [String] {
    let names = reader.strings(key)
    for name in names where !isName(name) { reader.note(key, "'\(key)' holds \"\(name)\", which is no capability's name") }
    return names
  }

  private static func grants(_ reader: inout ConfigReader) -> Set<Grant> {
    var grants: Set<Grant> = []
    for name in reader.strings("grants") {
      if let grant = Grant(rawValue: name) {
        grants.insert(grant)
      } else {
        reader.note("grants", "unknown grant '\(name)'\(NearestName.hint(name, among: Grant.allCases.map(\.rawValue)))")
      }
    }
    return grants
  }

  private static func secrets(_ reader: inout ConfigReader) -> [String: SecretReference] {
    var secrets: [String: SecretReference] = [:]
    for (name, value) in reader.object("secrets").members {
      if let reference = value.string.flatMap(SecretReference.init) {
        secrets[name] = reference
      } else {
        // The value stays out of the message: it may be the secret itself.
        reader.note("secrets", "'secrets.\(name)' must be a reference: env:NAME, file:/path or credential:NAME")
      }
    }
    return secrets
  }
}

extension RestartPolicy {
  fileprivate init(_ reader: inout ConfigReader) {
    backoff = reader.durations("backoff", .milliseconds(100) ... .seconds(30))
    intensity = reader.int("intensity", 5, 1...1000)
    period = reader.duration("period", .seconds(60))
    probe = reader.duration("probe", .seconds(300))
    healthy = reader.duration("healthy", .seconds(60))
  }
}

extension PluginLimits {
  fileprivate init(_ reader: inout ConfigReader) {
    memoryByteCount = reader.byteCount("memory", 256 << 20)
    cpuPercent = reader.percent("cpu", 100)
    processCount = reader.int("pids", 64, 1...65_536)
    fileCount = reader.int("files", 256, 16...1_048_576)
    queueLength = reader.int("queue", 64, 1...65_536)
    frameByteCount = reader.byteCount("frame", 4 << 20, (64 << 10...16 << 20, "from \"64K\" to \"16M\""))
  }
}

extension SandboxPolicy {
  /// The variables that paths may begin with.
  package static let variables = ["STATE", "WORKSPACES"]

  fileprivate init(_ reader: inout ConfigReader) {
    require = reader.choice("require", .full)
    network = reader.choice("network", .none)
    ports = reader.ports("ports")
    read = Self.paths("read", &reader)
    write = Self.paths("write", &reader)
  }

  private static func paths(_ key: String, _ reader: inout ConfigReader) -> [String] {
    let paths = reader.strings(key)
    for path in paths where !path.hasPrefix("/") {
      let name = PathVariables.name(in: path)
      if let name, variables.contains(name) { continue }
      let hint = name.flatMap { NearestName.of($0, among: variables) }.map { ", did you mean '$\($0)'?" } ?? ""
      let problem = name.map { "unknown variable '$\($0)'" } ?? "'sandbox.\(key)' holds \"\(path)\", which is not an absolute path"
      reader.note(key, problem + hint)
    }
    return paths
  }
}

extension HealthPolicy {
  fileprivate init(_ reader: inout ConfigReader) {
    ready = reader.duration("ready", .seconds(10))
    ping = reader.duration("ping", .seconds(5))
    misses = reader.int("misses", 3, 1...100)
    drain = reader.duration("drain", .seconds(30))
  }
}

extension FaultPlan {
  fileprivate init(_ reader: inout ConfigReader) {
    let seed = reader.int("seed", 0, 0...Int.max)
    let methods = reader.names.filter { $0 != "seed" }
    self.init(
      seed: UInt64(seed),
      rules: methods.map { method in
        reader.table(method) { table in FaultRule(method, &table) }
      })
  }
}

extension FaultRule {
  fileprivate init(_ method: String, _ reader: inout ConfigReader) {
    self.init(method: method)
    drop = reader.share("drop")
    corrupt = reader.share("corrupt")
    kill = reader.share("kill")
    hang = reader.share("hang")
    error = reader.share("error")
    delayLimit = reader.duration("delay", .zero)
    delay = reader.share("delay_share", delayLimit > .zero ? 1 : 0)
  }
}
