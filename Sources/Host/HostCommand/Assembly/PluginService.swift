import ServiceLifecycle
import Supervisor

/// The plugins, from the first start to the last process.
struct PluginService: Service {
  let host: RunningHost

  func run() async throws {
    await withDiscardingTaskGroup { group in
      group.addTask { await host.supervisor.run() }
      group.addTask { await host.supervisor.start(host.entries) }
      try? await gracefulShutdown()
      await host.supervisor.stop()
    }
  }
}
