import Foundation
import JSONRPC
import TestSupport
import Testing

extension SystemTests {
  /// `hivecore llm test`: of a model that answers, and of every way not to.
  @Suite struct LLMCommandTests {
    private static let key = "sk-openai-0123456789"
    /// Alias, target, and what is wrong with it; nil = nothing.
    private static let cases: [(alias: String, target: String, failure: String?)] = [
      ("fine", "llm-openai/gpt-4o-mini", nil), ("locked", "llm-openai/locked", "llm_auth: HTTP 401: Incorrect API key provided: …."),
      ("missing", "llm-openai/missing", "llm_error: HTTP 404: The model 'missing' does not exist"),
      ("poor", "llm-openai/poor", "llm_rate_limited: HTTP 429: You exceeded your current quota"),
      ("slow", "llm-openai/slow", "llm_timeout: no answer began within 1.0 seconds"),
      ("down", "llm-down/gpt-4o", "llm_overloaded: 127.0.0.1 cannot be reached: it refuses connections"),
      ("absent", "llm-absent/gpt-4o", "no plugin serves llm.complete@llm-absent"),
    ]

    private static func with(_ body: (House) async throws -> Void) async throws {
      try await LLMock.with { mock in
        let folder = try PluginFolder()
        defer { folder.remove() }
        let limits = ["first_byte_seconds = 1", "connect_seconds = 1"]
        try folder.write(
          "33-llm-down.toml", String(contentsOf: folder.url.appending(path: "31-llm-openai.toml"), encoding: .utf8))
        try folder.edit("33-llm-down.toml") { $0.replacing("id = \"llm-openai\"", with: "id = \"llm-down\"") }
        try folder.enable("33-llm-down.toml", ["base_url = \"http://127.0.0.1:1/v1\""] + limits)
        try folder.enable("31-llm-openai.toml", ["base_url = \"\(mock.url)/v1\""] + limits)
        let aliases = cases.map { "\($0.alias) = \"\($0.target)\"" } + ["chain = [\"llm-down/gpt-4o\", \"llm-openai/gpt-4o-mini\"]"]
        try folder.edit("40-chat.toml") {
          $0.replacing("[config.aliases]", with: "[config.aliases]\n\(aliases.joined(separator: "\n"))")
        }
        let always: JSONObject = ["times": .null]
        for (model, behaviour) in [
          ("locked", ["type": "fail", "status": 401, "message": .string("Incorrect API key provided: \(key).")]),
          ("missing", ["type": "fail", "status": 404, "message": "The model 'missing' does not exist"]),
          ("poor", ["type": "fail", "status": 429, "message": "You exceeded your current quota", "code": "insufficient_quota"]),
          ("slow", ["type": "delay", "seconds": 30]),
        ] as [(String, JSONObject)] {
          try await mock.queue(.object(behaviour.merging(always).merging(["match": ["model": .string(model)]])))
        }
        try await House.with(plugins: folder, environment: ["OPENAI_API_KEY": key], body)
      }
    }

    @Test func `every target is called once, and what is wrong with it said in so many words`() async throws {
      try await Self.with { house in
        let all = try await house.host.attempt("llm", "test", "--json")
        #expect(all.code == 1)
        let aliases = try JSON(parsing: all.output)["aliases"].array ?? []
        for (alias, target, failure) in Self.cases {
          let row = try #require(aliases.first { $0["alias"].string == alias })
          let found = row["targets"][0]
          #expect("\(found["provider"].string ?? "")/\(found["model"].string ?? "")" == target)
          #expect(found["error"].string == failure && row["ok"].bool == (failure == nil) && found["ok"] == row["ok"], "\(alias): \(found)")
          #expect(found["latency_ms"].double != nil)
        }
        let fine = aliases.first { $0["alias"] == "fine" }?["targets"][0] ?? .null
        #expect(fine["answered_by"] == "gpt-4o-mini" && (fine["usage"]["input_tokens"].int ?? 0) > 0)
        #expect(fine["price"] == ["input": 0.00015, "output": 0.0006])
        #expect(aliases.first { $0["alias"] == "chain" }?["targets"].array?.map { $0["ok"] } == [false, true])

        for (alias, code) in [("fine", 0), ("chain", 0), ("default", 0), ("locked", 1), ("down", 1)] as [(String, Int32)] {
          let one = try await house.host.attempt("llm", "test", "--alias", alias)
          #expect(one.code == code, "\(alias): \(one.output)\(one.errors)")
          let lines = one.output.split(separator: "\n").dropFirst()
          #expect(!lines.isEmpty && lines.allSatisfy { $0.hasPrefix(alias) })
          let failure = Self.cases.first { $0.alias == alias }?.failure
          #expect(failure == nil || one.output.contains(failure ?? ""))
        }
        let unknown = try await house.host.attempt("llm", "test", "--alias", "nobody")
        #expect(unknown.code == 64 && unknown.errors.contains("there is no alias nobody"), "\(unknown.code) \(unknown.errors)")
        #expect(!all.output.contains(Self.key) && !house.host.logText.contains(Self.key))
      }
    }
  }
}
