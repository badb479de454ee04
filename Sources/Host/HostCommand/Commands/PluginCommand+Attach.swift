import ArgumentParser
import JSONRPC
import Sandbox

extension PluginCommand {
  struct Attach: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Become a debugger that has hold of a plugin's process.",
      discussion: """
        The process goes on from where it is: nothing is started anew. While any debugger holds it the host does not take it for hung, however long \
        it stands at a breakpoint; calls to it still end at their deadlines. When the debugger is gone – it detached, ended, or died – it is watched \
        as before.

        It takes the right to trace: root's, or that of the host's user as far as kernel.yama.ptrace_scope lets it. What stands behind -- goes to \
        the debugger:

          hivecore plugin attach chat --debugger gdb -- -batch -ex 'thread apply all backtrace'
        """)

    @OptionGroup var options: DataOptions
    @Option(help: "lldb, gdb, or another that takes -p PID, by name or path. (default: the first that starts)") var debugger: String?
    @Option(help: "Which process, when there are several: its number in 'hivecore status --json'.") var incarnation: Int64?
    @Flag(name: .customLong("print"), help: "Print the command line, for an editor or another terminal, and run nothing.")
    var isPrinted = false
    @Argument(help: "The plugin's id.") var name: String
    @Argument(parsing: .postTerminator, help: "For the debugger.") var more: [String] = []

    func run() async throws {
      try await speaking { world in
        guard let debugger = Debugger.find(debugger, searchPath: world.environment["PATH"] ?? "") else {
          throw AttachTarget.Refusal("found no \(debugger ?? "lldb or gdb") in $PATH; name a debugger with --debugger")
        }
        let status = try await HostAccess(options, world).callRunning("status", [:])
        let target = try AttachTarget(status, plugin: name, incarnation: incarnation)
        let arguments = debugger.arguments(pid: target.pid, program: try target.program(), more: more)
        if isPrinted { return Talk.out(([debugger.path] + arguments).map(Debugger.quoted).joined(separator: " ")) }
        Talk.err("\(name) number \(target.incarnation), pid \(target.pid): its hang detection waits until the debugger is gone")
        throw AttachTarget.Refusal("\(debugger.path): \(becomeProgram(debugger.path, arguments: [debugger.path] + arguments))")
      }
    }
  }
}
