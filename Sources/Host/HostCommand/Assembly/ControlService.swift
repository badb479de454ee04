import Foundation
import NIOPosix
import ServiceLifecycle
import Supervisor

/// The control socket, as long as the host runs.
struct ControlService: Service {
  let host: RunningHost

  func run() async throws {
    let methods = HostControl.methods.map { method in
      ControlMethod(method.name, method.summary) { params async throws(ControlMethod.Refusal) in try await method.serve(host, params) }
    }
    let server = try await ControlServer.start(
      path: host.config.data.controlSocket, owner: geteuid(), methods: methods, on: MultiThreadedEventLoopGroup.singleton.next(),
      logger: host.logger)
    try? await gracefulShutdown()
    await server.stop()
  }
}
