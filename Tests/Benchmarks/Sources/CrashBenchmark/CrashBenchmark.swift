import Foundation
import JSONRPC
import Logging
import NIOCore
import NIOPosix
import Router
import Sandbox
import Supervisor

/// How long a plugin is away when it is killed: from the signal to the first answer of its successor, in the whole sandbox and in none.
@main
struct CrashBenchmark {
  static let crashes = 60
  /// Milliseconds; DESIGN, section 12.
  static let budget = 25.0

  static func main() async throws {
    let spawner = try await Spawner.start()
    var none = SandboxMeans(spawner.report)
    (none.namespaces, none.networkNamespace, none.privateRoot, none.seccomp, none.landlockVersion) = (false, false, false, false, 0)
    (none.changesUser, none.clonesMounts, none.cgroup) = (false, false, false)
    let bare = try await crashToReady(spawner.limited(to: none))
    let confined = try await crashToReady(spawner)
    print("\(crashes) crashes each, from SIGKILL to the first answer; tier \(spawner.report.tier.rawValue)")
    show("without a sandbox", bare, bare)
    show("in the whole sandbox", confined, bare)
    guard median(confined) <= budget else {
      print("over the budget of \(Int(budget)) ms")
      exit(1)
    }
  }

  private static func show(_ name: String, _ times: [Double], _ base: [Double]) {
    let high = times.sorted()[times.count * 95 / 100]
    let label = name.padding(toLength: 24, withPad: " ", startingAt: 0)
    print(label + String(format: " p50 %6.2f ms   p95 %6.2f ms   %.2f x without", median(times), high, median(times) / median(base)))
  }

  private static func median(_ times: [Double]) -> Double { times.sorted()[times.count / 2] }

  /// Runs a supervisor with one plugin and kills that again and again.
  private static func crashToReady(_ spawner: Spawner) async throws -> [Double] {
    let loops = MultiThreadedEventLoopGroup(numberOfThreads: 2)
    let quiet = Logger(label: "benchmark") { _ in SwiftLogNoOpLogHandler() }
    let router = MessageRouter(eventLoop: loops.next(), logger: quiet)
    let programs = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().path()
    let supervisor = PluginSupervisor(
      PluginEnvironment(
        router: router, spawner: SandboxedSpawner(spawner),
        verifier: ManifestVerifier(locator: ExecutableLocator(directories: [programs])) { _ in nil },
        secrets: SecretResolver(environment: [:], credentialsDirectory: nil) { _ in nil }, variables: { _ in PathVariables([:]) },
        outputLoop: loops.next(), logger: quiet))
    let manifest = try Manifest(
      """
      id = "echo"
      version = "1.0.0"
      exec = "EchoPlugin"
      provides = ["echo"]
      [sandbox]
      require = "none"
      [restart]
      backoff = ["1ms", "1ms"]
      intensity = 1000
      """, file: "echo.toml")
    return try await withThrowingTaskGroup { group in
      group.addTask { await supervisor.run() }
      await supervisor.start([.init(file: "echo.toml", manifest: manifest)])
      let times = try await crash(supervisor, router)
      await supervisor.stop()
      try await group.waitForAll()
      return times
    }
  }

  private static func crash(_ supervisor: PluginSupervisor, _ router: MessageRouter) async throws -> [Double] {
    var times: [Double] = []
    for _ in 0..<crashes {
      try await answer(router)
      guard let pid = await supervisor.status().first?.pid else { throw RPCError(.internal, "the plugin has no process") }
      let began = ContinuousClock.now
      kill(pid, SIGKILL)
      try await answer(router)
      times.append((ContinuousClock.now - began) / .milliseconds(1))
    }
    return times
  }

  private static func answer(_ router: MessageRouter) async throws(RPCError) {
    _ = try await router.call("echo.say", ByteBuffer(string: "{}"), .host("benchmark", timeout: .seconds(30)))
  }
}
