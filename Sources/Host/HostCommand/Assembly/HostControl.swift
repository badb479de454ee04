import DjangoImport
import Identity
import JSONRPC
import NIOCore
import PluginProtocol
import Router
import Supervisor

/// One thing the command line asks of a host, mostly through the control socket.
struct HostControl: Sendable {
  let name: String
  let summary: String
  /// How much of a host it needs when none is running.
  var extent = RunningHost.Extent.storage
  let serve: @Sendable (_ host: RunningHost, _ params: JSON) async throws(RPCError) -> JSON

  private static let requestID = "control"
  /// Longer than a plugin's own patience with a slow service, whose words say more; shorter than the command's.
  private static let callTimeout: TimeAmount = .seconds(140)

  static let methods: [HostControl] = [
    HostControl(name: "status", summary: "Every process.") { host, _ async throws(RPCError) in await host.status() },
    HostControl(name: "tenant.create", summary: "Makes a tenant with its first key.", serve: createTenant),
    HostControl(name: "tenant.list", summary: "Every tenant.") { host, _ async throws(RPCError) in
      try await host.identity.accounts.listTenants(requestID: requestID)
    },
    HostControl(name: "tenant.update", summary: "Changes a tenant.", serve: updateTenant),
    HostControl(name: "user.create", summary: "Makes a user of a tenant.", serve: createUser),
    HostControl(name: "key.create", summary: "Makes a key of a tenant.", serve: createKey),
    HostControl(
      name: "import.django", summary: "Adds the rows that hivecore-django-reader wrote.", extent: .plugins, serve: importDjango),
    HostControl(name: "agent.import", summary: "Puts system agents into the catalogue.", extent: .agents, serve: importAgents),
    HostControl(name: "plugin.call", summary: "Calls a method of a plugin.", serve: callPlugin),
    HostControl(name: "plugin.reset", summary: "Tries a plugin again.", serve: resetPlugin),
    HostControl(name: "plugin.upgrade", summary: "Replaces a plugin while it serves.", serve: upgradePlugin),
    HostControl(name: "plugin.scale", summary: "Changes how many processes serve.", serve: scalePlugin),
    HostControl(name: "plugin.logs", summary: "What a plugin wrote of late.", serve: logsOfPlugin),
    HostControl(name: "plugin.report", summary: "What a plugin may do, and what it did.", serve: reportOnPlugin),
  ]

  @Sendable static func createTenant(_ host: RunningHost, _ params: JSON) async throws(RPCError) -> JSON {
    return try await host.identity.accounts.createTenant(
      name: try text(params, "name"), slug: try text(params, "slug"), tier: params["tier"].string ?? "free", limits: limits(params),
      requestID: requestID)
  }

  @Sendable static func updateTenant(_ host: RunningHost, _ params: JSON) async throws(RPCError) -> JSON {
    try await host.identity.accounts.updateTenant(
      slug: try text(params, "slug"), name: params["name"].string, tier: params["tier"].string, isActive: params["is_active"].bool,
      limits: limits(params), requestID: requestID)
  }

  private static func limits(_ params: JSON) -> Accounts.Limits {
    Accounts.Limits(
      maxProjects: params["max_projects"].int, maxTokensPerMonth: params["max_tokens"].int, maxAgentsPerProject: params["max_agents"].int)
  }

  @Sendable static func createUser(_ host: RunningHost, _ params: JSON) async throws(RPCError) -> JSON {
    try await host.identity.accounts.createUser(
      username: try text(params, "username"), tenant: try text(params, "tenant"), role: try text(params, "role"),
      password: try text(params, "password"), isOperator: params["operator"].bool ?? false, requestID: requestID)
  }

  @Sendable static func createKey(_ host: RunningHost, _ params: JSON) async throws(RPCError) -> JSON {
    try await host.identity.accounts.createKey(
      tenant: try text(params, "tenant"), name: try text(params, "name"), scopes: params["scopes"].array?.compactMap(\.string),
      ttl: params["ttl_seconds"].int.map { .seconds($0) }, requestID: requestID)
  }

  @Sendable private static func importDjango(_ host: RunningHost, _ params: JSON) async throws(RPCError) -> JSON {
    let options = DjangoImporter.Options(isDryRun: params["dry_run"].bool ?? false, orphans: params["orphans"].string)
    do {
      return try await DjangoImporter(plugins: RoutedCaller(router: host.router), options: options).run(try text(params, "folder")).json
    } catch let error as RPCError {
      throw error
    } catch {
      throw .application("import", status: 400, "\(error)")
    }
  }

  @Sendable private static func importAgents(_ host: RunningHost, _ params: JSON) async throws(RPCError) -> JSON {
    try await callPlugin(host, ["method": "selection.import_agents", "params": params])
  }

  /// Calls a method of one plugin as the host itself, without a tenant unless one is named.
  @Sendable private static func callPlugin(_ host: RunningHost, _ params: JSON) async throws(RPCError) -> JSON {
    let name = try text(params, "method")
    let address = params["plugin"].string.map { "\(name)@\($0)" } ?? name
    var meta = CallMeta.host(requestID, timeout: callTimeout)
    meta.tenant = params["tenant"].string
    meta.system = meta.tenant == nil
    let reply = try await host.router.call(address, ByteBuffer(bytes: (params["params"].object.map(JSON.object) ?? [:]).bytes), meta)
    do {
      return try JSON(parsing: Array(buffer: reply))
    } catch {
      throw RPCError(.internal, "\(address) answered malformed JSON: \(error)")
    }
  }

  @Sendable private static func resetPlugin(_ host: RunningHost, _ params: JSON) async throws(RPCError) -> JSON {
    let id = try text(params, "plugin")
    guard await host.supervisor.reset(id) else { throw RPCError(.invalidParams, "there is no plugin \(id)") }
    return [:]
  }

  static func text(_ params: JSON, _ name: String) throws(RPCError) -> String {
    guard let text = params[name].string else { throw RPCError(.invalidParams, "\(name) is required") }
    return text
  }
}
