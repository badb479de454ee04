import Foundation
import NIOPosix
import ServiceLifecycle
import Supervisor

/// The control socket, as long as the host runs.
struct ControlService: Service {
  let host: RunningHost
  let reload: HostReload?

  func run() async throws {
    var methods = HostControl.methods.map { method in
      ControlMethod(method.name, method.summary) { params async throws(ControlMethod.Refusal) in try await method.serve(host, params) }
    }
    if let reload {
      methods.append(
        ControlMethod("reload", "Applies changed manifests and configuration.") { _ async throws(ControlMethod.Refusal) in
          try await reload.run()
        })
    }
    let server = try await ControlServer.start(
      path: host.config.data.controlSocket, owner: geteuid(), methods: methods, on: MultiThreadedEventLoopGroup.singleton.next(),
      logger: host.logger)
    try? await gracefulShutdown()
    await server.stop()
  }
}
