import JSONRPC
import ModelKit
import NIOCore
import NIOFileSystem
import PluginKit
import PluginProtocol

/// The default provider of `llm`: no network, no clock, no chance; says what it is (docs/OFFLINE.md).
@main
struct LLMOfflinePlugin: Plugin {
  static let name = "hivecore-llm-offline"
  static let version = "1.0.0"
  static let contributions = PluginDescription(
    provides: ["llm"],
    methods: [
      MethodSpec(
        "llm.complete", "Answers a conversation by rules, for the purposes of docs/OFFLINE.md.", idempotent: true,
        timeoutMilliseconds: 120_000),
      MethodSpec("llm.models", "The models this provider has.", idempotent: true),
      MethodSpec("llm.count_tokens", "Tokens of a text or of messages: one for each four bytes.", idempotent: true),
    ],
    config: [ConfigKeySpec("scenario", "string", default: "", "A JSON file of scripted replies, for tests.")])

  private let scenario: Scenario?
  private static let scenarioByteLimit = ByteCount.mebibytes(16)

  init(start: PluginStart) async throws {
    guard let path = start.config["scenario"]?.string, !path.isEmpty else {
      scenario = nil
      return
    }
    do {
      let bytes = try await [UInt8](contentsOf: FilePath(path), maximumSizeAllowed: LLMOfflinePlugin.scenarioByteLimit)
      scenario = try Scenario(json: JSON(parsing: bytes))
    } catch {
      throw PluginExit.configuration("scenario \(path): \(error)")
    }
  }

  var methods: [Method] {
    [
      Method("llm.complete") { [scenario] request in
        let params = try request.params
        let answer = try await Completion(params).answer(with: scenario)
        if params["deltas"] == true {
          for piece in (answer["text"].string ?? "").pieces(of: 48) { try await request.send(CompletionDelta.text(String(piece)).line) }
        }
        return answer
      },
      Method("llm.models") { _ in ["models": [["id": .string(OfflineModel.name), "context": .int(OfflineModel.context)]]] },
      Method("llm.count_tokens") { request in ["tokens": .int(try Completion.tokens(of: request.params))] },
    ]
  }
}
