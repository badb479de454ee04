import Foundation
import JSONRPC
import ModelKit
import NIOSSL
import TestSupport
import Testing

@testable import LLMOpenAI

/// How the providers' client behaves towards a server: TLS, proxies, secrets, cancellation, and servers that understand less.
@Suite(.serialized, .timeLimit(.minutes(2))) struct ClientTests {
  @Test func `cancelling a call closes the upstream connection`() async throws {
    try await ScriptedServer.with({ _, _ in .pieces(["Once ", "upon "], hangs: true) }) { server in
      try await Family.openAI.with("http://127.0.0.1:\(server.port)") { provider in
        let error = await #expect(throws: RPCError.self) {
          _ = try await provider.call("llm.complete", .object(Served.ask("Tell me", ["deltas": true])), .milliseconds(700))
        }
        #expect(error?.code == .deadline)
        try await eventually("the server to see the connection closed") { server.abandoned == 1 ? true : nil }
      }
    }
  }

  @Test func `a key in a refusal is cut out`() async throws {
    try await ScriptedServer.with({ seen, _ in
      .json(
        ["error": ["message": .string("bad key \(seen.headers["authorization"] ?? "none")"), "type": "invalid_request_error"]], status: 401)
    }) { server in
      try await Family.openAI.with("http://127.0.0.1:\(server.port)") { provider in
        let error = await #expect(throws: RPCError.self) { try await provider.complete(.object(Served.ask("Hello"))) }
        #expect(error?.message == "HTTP 401: bad key Bearer …")
        #expect(error?.json.text.contains("sk-secret") == false)
        #expect(server.seen[0].headers["authorization"] == "Bearer sk-secret-0123456789")
      }
    }
  }

  @Test func `a certificate nobody vouches for is refused, one of a configured authority taken`() async throws {
    let certificate = try await TestCertificate.make()
    defer { certificate.remove() }
    try await ScriptedServer.with(tls: certificate.context(), { _, _ in .reply("Over TLS") }) { server in
      let url = "https://localhost:\(server.port)"
      try await Family.openAI.with(url) { provider in
        let error = await #expect(throws: RPCError.self) { try await provider.complete(.object(Served.ask("Hello"))) }
        #expect(error?.message.contains("TLS") == true, "\(error?.message ?? "")")
        #expect(error?.data["retryable"] == false)
        #expect(server.seen.isEmpty)
      }
      try await Family.openAI.with(url, config: ["ca_file": .string(certificate.file.path)]) { provider in
        let reply = try await provider.complete(.object(Served.ask("Hello")))
        #expect(reply["text"] == "Over TLS")
      }
    }
  }

  @Test func `a configured proxy is used`() async throws {
    try await ScriptedServer.with(isProxy: true, { _, _ in .reply("Through the proxy") }) { proxy in
      let config: JSONObject = ["proxy": .string("http://user:pass@127.0.0.1:\(proxy.port)")]
      try await Family.openAI.with("http://model.example:8123", config: config) { provider in
        let reply = try await provider.complete(.object(Served.ask("Hello")))
        #expect(reply["text"] == "Through the proxy")
        #expect(proxy.seen[0].method == "CONNECT" && proxy.seen[0].uri == "model.example:8123")
        #expect(proxy.seen[1].uri == "/v1/chat/completions")
        #expect(proxy.seen[0].headers["proxy-authorization"] == "Basic " + Data("user:pass".utf8).base64EncodedString())
      }
    }
  }

  @Test func `JSON is asked for more simply when a server does not know better, and that is remembered`() async throws {
    try await ScriptedServer.with({ seen, _ in
      guard !seen.body["response_format"].isNull else { return .reply("{\"a\":1}") }
      let message = "'response_format.type' must be text, not \(seen.body["response_format"]["type"].text)"
      return .json(["error": ["message": .string(message)]], status: 400)
    }) { server in
      try await Family.openAI.with("http://127.0.0.1:\(server.port)") { provider in
        let format: JSON = ["type": "json_schema", "schema": ["type": "object", "properties": ["a": ["type": "integer"]]]]
        for _ in 0..<2 {
          let reply = try await provider.complete(.object(Served.ask("Give a", ["response_format": format])))
          #expect(reply["text"] == "{\"a\":1}")
        }
        #expect(server.seen.map { $0.body["response_format"]["type"] } == ["json_schema", "json_object", .null, .null])
        #expect(server.seen.last?.body["messages"][0]["content"].string?.contains("\"integer\"") == true)
      }
    }
  }

  @Test func `members a server does not know are left out`() async throws {
    try await ScriptedServer.with({ seen, _ in
      for (member, words) in [
        ("max_tokens", "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead."),
        ("temperature", "'temperature' does not support 0.2 with this model."), ("seed", "unknown field seed"),
        ("stream_options", "stream_options is not permitted"),
      ] where !seen.body[member].isNull {
        return .json(["error": ["message": .string(words), "param": .string(member)]], status: 400)
      }
      return seen.body["stream"] == true ? .pieces(["fine"]) : .reply("fine")
    }) { server in
      try await Family.openAI.with("http://127.0.0.1:\(server.port)") { provider in
        let (result, _) = try await provider.streamed(Served.ask("x", ["max_tokens": 9, "temperature": 0.2, "seed": 1]))
        #expect(result["text"] == "fine")
        #expect(result["usage"]["estimated"] == true)
        #expect(server.seen.count == 5)
        #expect(server.seen.last?.body["max_completion_tokens"] == 9)
      }
    }
  }

  @Test func `kinds of tokens are disjoint`() async throws {
    let usage: JSON = [
      "prompt_tokens": 100, "completion_tokens": 50, "prompt_tokens_details": ["cached_tokens": 80],
      "completion_tokens_details": ["reasoning_tokens": 30],
    ]
    try await ScriptedServer.with({ _, _ in .reply("x", usage: usage) }) { server in
      try await Family.openAI.with("http://127.0.0.1:\(server.port)") { provider in
        let counted = TokenUsage(try await provider.complete(.object(Served.ask("x")))["usage"])
        #expect(counted == TokenUsage(input: 20, cached: 80, output: 20, reasoning: 30))
        #expect(counted.total == 150)
      }
    }
    let message: JSON = [
      "model": "c", "content": [["type": "thinking", "thinking": "hm"], ["type": "text", "text": "x"]], "stop_reason": "end_turn",
      "usage": ["input_tokens": 20, "cache_read_input_tokens": 80, "cache_creation_input_tokens": 7, "output_tokens": 50],
    ]
    try await ScriptedServer.with({ _, _ in .json(message) }) { server in
      try await Family.anthropic.with("http://127.0.0.1:\(server.port)/") { provider in
        let reply = try await provider.complete(.object(Served.ask("x")))
        #expect(reply["text"] == "x")
        #expect(TokenUsage(reply["usage"]) == TokenUsage(input: 20, cached: 80, cacheWrite: 7, output: 50))
        #expect(server.seen[0].headers["x-api-key"] == "sk-secret-0123456789")
        #expect(server.seen[0].body["system"] == "Be brief.")
      }
    }
  }

  @Test func `the window of a model is what its server says, or what the operator does`() async throws {
    let models: JSON = [
      ["id": "a", "context_length": 100], ["id": "b", "max_model_len": 200], ["id": "c", "meta": ["n_ctx": 300, "n_ctx_train": 9000]],
      ["id": "d"],
    ]
    try await ScriptedServer.with({ _, _ in .json(["data": models]) }) { server in
      for (config, contexts) in [([:], [100, 200, 300, .null, .null]), (["context": 1536], [1536, 1536, 1536, 1536, 1536])]
        as [(JSONObject, [JSON])]
      {
        try await Family.openAI.with("http://127.0.0.1:\(server.port)", config: config) { provider in
          let listed = try await provider.call("llm.models", [:], .seconds(20))
          #expect(listed["models"].array?.map { $0["context"] } == contexts && listed["default"] == "gpt-4o-mini")
        }
      }
    }
  }

  @Test func `a server that answers whole to a request for pieces is understood`() async throws {
    try await ScriptedServer.with({ _, _ in .reply("all at once") }) { server in
      try await Family.openAI.with("http://127.0.0.1:\(server.port)") { provider in
        let (result, deltas) = try await provider.streamed(Served.ask("x"))
        #expect(result["text"] == "all at once" && deltas.text == "all at once")
      }
    }
  }

  @Test(
    arguments: [
      (["preset": "nobody"], "preset"), (["base_url": "ftp://x"], "base_url"), (["proxy": "socks://x"], "proxy"),
      (["idle_seconds": 0], "idle_seconds"), (["context": "much"], "context"), (["base_urk": "http://x"], "base_urk"),
      (["preset": "openai"], "api_key"),
      (["base_url": "http://127.0.0.1:1", "ca_file": "/nowhere"], "ca_file"),
    ] as [(JSONObject, String)])
  func `a wrong configuration is refused by name`(config: JSONObject, key: String) async throws {
    let error = await #expect(throws: RPCError.self) { _ = try await PluginHarness(LLMOpenAIPlugin.self, config: config) }
    #expect(error?.message.contains(key) == true, "\(error?.message ?? "")")
  }
}

/// A certificate for localhost that nobody has signed.
struct TestCertificate {
  let file: URL
  private let key: URL

  static func make() async throws -> TestCertificate {
    let folder = try HostProcess.makeDirectory()
    let made = TestCertificate(file: folder.appending(path: "cert.pem"), key: folder.appending(path: "key.pem"))
    let result = try await RunningProcess.run(
      program: URL(filePath: "/usr/bin/env"),
      arguments: [
        "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext",
        "subjectAltName=DNS:localhost", "-keyout", made.key.path, "-out", made.file.path,
      ])
    try #require(result.code == 0, "\(result.errors)")
    return made
  }

  func context() throws -> NIOSSLContext {
    try NIOSSLContext(
      configuration: .makeServerConfiguration(
        certificateChain: try NIOSSLCertificate.fromPEMFile(file.path).map { .certificate($0) },
        privateKey: .privateKey(try NIOSSLPrivateKey(file: key.path, format: .pem))))
  }

  func remove() { try? FileManager.default.removeItem(at: file.deletingLastPathComponent()) }
}
