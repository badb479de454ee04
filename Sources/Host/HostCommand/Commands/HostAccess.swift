import JSONRPC
import NIOCore
import NIOPosix
import Supervisor

/// The host of a data directory: the running one through its control socket, or one that lives as long as the command.
struct HostAccess {
  static let timeout: TimeAmount = .seconds(150)

  let config: HostConfig
  private let world: World

  init(_ options: DataOptions, _ world: World) throws {
    config = try options.hostConfig(world)
    self.world = world
  }

  /// Calls a control method of the running host.
  ///
  /// - Throws: exit code 3 when none is running.
  func callRunning(_ method: String, _ params: JSON) async throws -> JSON {
    guard let answer = try await ask(method, params) else {
      Talk.err("hivecore: no host is running on \(config.data.root); start one with: hivecore serve --data \(config.data.root)")
      throw ExitStatus.noHost
    }
    return answer
  }

  /// Calls a control method of the running host, or of a host with no more than the method needs, started for this call.
  func call(_ method: String, _ params: JSON, timeout: TimeAmount = HostAccess.timeout) async throws -> JSON {
    if let answer = try await ask(method, params, timeout) { return answer }
    guard let control = HostControl.methods.first(where: { $0.name == method }) else {
      throw RPCError(.methodNotFound, "no such command: \(method)")
    }
    return try await RunningHost.with(config, world, extent: control.extent) { host in
      try await host.settled()
      return try await control.serve(host, params)
    }
  }

  /// - Returns: nil when no host is running.
  private func ask(_ method: String, _ params: JSON, _ timeout: TimeAmount = HostAccess.timeout) async throws -> JSON? {
    let client: ControlClient
    do throws(ControlClient.NoHost) {
      client = try await ControlClient.connect(path: config.data.controlSocket, on: MultiThreadedEventLoopGroup.singleton.next())
    } catch {
      return nil
    }
    defer { client.close() }
    return try await client.call(method, params, timeout: timeout)
  }
}
