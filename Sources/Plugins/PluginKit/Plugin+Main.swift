import NIOPosix
import UnixTransport

#if canImport(Glibc)
  import Glibc
#endif

extension Plugin {
  /// Speaks with the host over descriptor 3 until it says to stop, then ends the process.
  @concurrent
  public static func main() async {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    do {
      let end = try await PluginRunner<Self>(hostGone: { exit(0) }).run(descriptor: 3, on: group.next())
      switch end {
      case .configuration(let message), .failed(let message): writeToStandardError("\(name): \(message)")
      case .shutdown, .hostGone: break
      }
      exit(end.exitCode)
    } catch {
      writeToStandardError("\(name): descriptor 3 is not a connected socket (\(error)); a plugin is started by the host")
      exit(1)
    }
  }
}
