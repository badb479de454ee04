/// The tests that come with a plugin in Swift, and its README.
extension SwiftTemplate {
  var greetingTests: String {
    """
    import JSONRPC
    import Testing

    @testable import \(module)

    @Suite struct \(module)Tests {
      @Test func `greets who is named, else the world`() throws {
        #expect(try \(module)Plugin.hello(["name": "Ada"]) == ["text": "Hello, Ada"])
        #expect(try \(module)Plugin.hello([:]) == ["text": "Hello, world"])
      }

      @Test func `refuses a name that is no text`() {
        #expect(throws: RPCError(.invalidParams, "name must be text")) { try \(module)Plugin.hello(["name": 7]) }
      }
    }

    """
  }

  var modelTests: String {
    """
    import JSONRPC
    import Testing

    @testable import \(module)

    @Suite struct \(module)Tests {
      @Test func `repeats the last message and counts what it read and wrote`() throws {
        let reply = try \(module)Plugin.complete(["messages": [["role": "user", "content": "hello there"]]])
        #expect(reply["text"] == "You said: hello there" && reply["finish_reason"] == "stop")
        #expect(reply["usage"]["input_tokens"] == 2 && reply["usage"]["output_tokens"] == 4)
      }

      @Test func `stops at the limit and says so`() throws {
        let reply = try \(module)Plugin.complete(["messages": [["role": "user", "content": "hello there"]], "max_tokens": 3])
        #expect(reply["text"] == "You said: hello" && reply["finish_reason"] == "length")
      }

      @Test(arguments: [[:], ["messages": "hello"], ["messages": [["role": "user"]]]] as [JSON])
      func `refuses what is no conversation`(params: JSON) {
        #expect(throws: RPCError.self) { try \(module)Plugin.complete(params) }
      }
    }

    """
  }

  var conformanceTests: String {
    #"""
    import Foundation
    import Testing

    /// The built program against HiveCore's conformance kit; needs `hivecore` in PATH or its path in $HIVECORE.
    @Suite struct ConformanceTests {
      static let hivecore: String? = {
        let environment = ProcessInfo.processInfo.environment
        if let named = environment["HIVECORE"], !named.isEmpty { return named }
        let folders = (environment["PATH"] ?? "").split(separator: ":")
        return folders.map { "\($0)/hivecore" }.first(where: FileManager.default.isExecutableFile)
      }()

      @Test(.enabled(if: hivecore != nil, "hivecore is not in PATH; name it with $HIVECORE"))
      func `conforms to the protocol`() throws {
        let built = Bundle.allBundles.map(\.bundleURL).first { $0.pathExtension == "xctest" }?.deletingLastPathComponent()
        let program = (built ?? Bundle.main.bundleURL).appending(path: "\#(name)")
        let kit = Process()
        kit.executableURL = URL(filePath: try #require(Self.hivecore))
        kit.arguments = ["plugin", "test", program.path]
        try kit.run()
        kit.waitUntilExit()
        #expect(kit.terminationStatus == 0)
      }
    }

    """#
  }

  var readme: String {
    """
    # \(name)

    A HiveCore plugin in Swift: it serves `\(capability)`.

    | File | What it is |
    |---|---|
    | `Sources/\(module)` | the plugin, written with PluginKit |
    | `Package.swift` | says where PluginKit comes from |
    | `\(parts.manifestName)` | what the operator says of it: capability, limits, sandbox |
    | `Tests/\(module)Tests` | its methods, and with hivecore in PATH the conformance kit |

        swift test
        swift build -c release
        cp \(parts.manifestName) /etc/hivecore/plugins.d/       # or wherever your host's plugins.d is
        hivecore reload
        \(parts.trial)

    `exec` in the manifest is the program's absolute path: change it when you install it elsewhere. What it prints is a log:
    `hivecore plugin logs \(name) -f`. After a change: `hivecore plugin upgrade \(name)`, without losing a call; with a debugger:
    `hivecore plugin attach \(name)`.

    """
  }
}
