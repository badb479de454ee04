import JSONRPC
import PluginProtocol
import Router
import UnixTransport

/// Brings a new incarnation from its first message to ready (docs/PROTOCOL.md, section 3).
struct Handshake {
  /// The version this host speaks.
  static let protocolVersion = 1

  let peer: PluginPeer
  let manifest: Manifest
  let secrets: [String: String]
  let paths: [String: String]
  let hooks: PluginHooks
  /// A new version beside an old one: what it contributes is examined now and published when it takes over.
  var isOnTrial = false

  enum Failure: Error {
    /// The plugin said something wrong.
    case refused(String, isPermanent: Bool)
    /// The connection ended; why, the connection and the process tell.
    case lost

    init(_ step: String, _ error: RPCError) {
      self = error.code == .pluginDied ? .lost : .refused("\(step): \(error.message)", isPermanent: error.code == .version)
    }
  }

  /// - Returns: the description, accepted by the catalogue or, on trial, found acceptable; the plugin has answered `$/ready`.
  func run() async throws(Failure) -> PluginDescription {
    try await initialize()
    let description = try await describe()
    try await step("$/ready") { () async throws(RPCError) in
      _ = try await peer.call("$/ready", [:], timeout: manifest.health.ready)
    }
    return description
  }

  /// What comes between `$/ready` and the first call.
  func prepare() async throws(Failure) {
    try await step("preparation") { () async throws(RPCError) in try await hooks.prepared(peer) }
  }

  /// Lets what was examined count.
  func publish(_ description: PluginDescription) async throws(Failure) {
    do {
      try await hooks.described(manifest.id, description)
    } catch {
      throw Failure.refused("what it contributes was refused: \(error.message)", isPermanent: true)
    }
  }

  private func initialize() async throws(Failure) {
    let params: JSON = [
      "protocol": [.int(Self.protocolVersion)], "plugin": .string(manifest.id), "incarnation": .int(peer.link.incarnation),
      "max_frame": .int(manifest.limits.frameByteCount), "config": .object(manifest.config), "secrets": Self.object(secrets),
      "paths": Self.object(paths), "concurrency": .int(manifest.concurrency),
    ]
    var answer = JSON.null
    do {
      answer = try await peer.call("$/initialize", params, timeout: manifest.health.ready)
    } catch {
      throw Failure("$/initialize", error)
    }
    let version = answer["protocol"].int.map(Int.init) ?? 0
    guard version == Self.protocolVersion, manifest.protocolRange.contains(version) else {
      let spoken = answer["protocol"].text
      throw Failure.refused("speaks protocol version \(spoken), this host speaks \(Self.protocolVersion)", isPermanent: true)
    }
    await peer.connection.setFrameLimit(manifest.limits.frameByteCount)
  }

  private func describe() async throws(Failure) -> PluginDescription {
    var answer = JSON.null
    try await step("$/describe") { () async throws(RPCError) in
      answer = try await peer.call("$/describe", [:], timeout: manifest.health.ready)
    }
    let description: PluginDescription
    do {
      description = try PluginDescription(json: answer)
    } catch {
      throw Failure.refused("$/describe: \(error)", isPermanent: true)
    }
    if let capability = description.provides.first(where: { !manifest.provides.contains($0) }) {
      throw Failure.refused("describes capability '\(capability)', which its manifest does not provide", isPermanent: true)
    }
    if let method = description.methods.first(where: { !description.provides.contains($0.capability) }) {
      throw Failure.refused("describes method \(method.name) of a capability it does not provide", isPermanent: true)
    }
    guard isOnTrial else {
      try await publish(description)
      return description
    }
    do {
      try await hooks.examined(manifest.id, description)
    } catch {
      throw Failure.refused("what it contributes was refused: \(error.message)", isPermanent: true)
    }
    return description
  }

  private func step(_ name: String, _ body: () async throws(RPCError) -> Void) async throws(Failure) {
    do {
      try await body()
    } catch {
      throw Failure(name, error)
    }
  }

  private static func object(_ values: [String: String]) -> JSON {
    .object(JSONObject(values.sorted { $0.key < $1.key }.map { ($0.key, JSON.string($0.value)) }))
  }
}
