import ArgumentParser
import JSONRPC

/// `hivecore llm`
struct LLMCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "llm", abstract: "Language models: what the aliases stand for, and whether they answer.", subcommands: [Test.self])

  struct Test: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Make one cheap call to every target of every alias: latency, model, tokens, price, or the exact reason it fails.")

    @OptionGroup var options: DataOptions
    @Option(help: "Only this alias.") var alias: String?
    @Option(help: "As this tenant sees them (its UUID).") var tenant: String?
    @Flag(help: "Print JSON.") var json = false

    func run() async throws {
      try await speaking { world in
        let host = try HostAccess(options, world)
        let list = try await host.callRunning("plugin.call", plugin("chat", "models.list", [:]))
        let aliases = (list["aliases"].array ?? []).filter { alias == nil || $0["alias"].string == alias }
        guard !aliases.isEmpty else { throw ValidationError("there is no alias \(alias ?? "")") }
        var probes = ModelProbes()
        for target in aliases.flatMap({ $0["targets"].array ?? [] }) where !probes.knows(target) {
          probes.add(target, await probe(target, host))
        }
        if json { Talk.out(probes.json(aliases).text) } else { for line in probes.table(aliases).lines { Talk.out(line) } }
        guard aliases.allSatisfy(probes.answers) else { throw ExitStatus.failure }
      }
    }

    private func plugin(_ id: String, _ method: String, _ params: JSON) -> JSON {
      ["plugin": .string(id), "method": .string(method), "params": params, "tenant": JSON(tenant)]
    }

    private func probe(_ target: JSON, _ host: HostAccess) async -> ModelProbes.Outcome {
      let params: JSON = [
        "model": target["model"], "max_tokens": 16, "temperature": 0, "purpose": "test",
        "messages": [["role": "user", "content": "Answer with the single word: pong"]],
      ]
      let started = ContinuousClock.now
      do {
        let answer = try await host.callRunning("plugin.call", plugin(target["provider"].string ?? "", "llm.complete", params))
        return .init(milliseconds: (ContinuousClock.now - started) / .milliseconds(1), answer: answer, failure: nil)
      } catch {
        let failure = error as? RPCError
        let reason = failure.map { "\($0.applicationCode.map { "\($0): " } ?? "")\($0.message)" } ?? "\(error)"
        return .init(milliseconds: (ContinuousClock.now - started) / .milliseconds(1), answer: .null, failure: reason)
      }
    }
  }
}

/// What the calls of `hivecore llm test` came to.
struct ModelProbes {
  struct Outcome {
    let milliseconds: Double
    let answer: JSON
    let failure: String?

    var tokens: Int64 {
      ["input_tokens", "cached_tokens", "cache_write_tokens", "output_tokens", "reasoning_tokens"].reduce(0) {
        $0 + (answer["usage"][$1].int ?? 0)
      }
    }
  }

  private var outcomes: [String: Outcome] = [:]

  private static func key(_ target: JSON) -> String { "\(target["provider"].string ?? "")/\(target["model"].string ?? "")" }

  func knows(_ target: JSON) -> Bool { outcomes[Self.key(target)] != nil }

  mutating func add(_ target: JSON, _ outcome: Outcome) { outcomes[Self.key(target)] = outcome }

  /// Whether an alias has a target that answers.
  func answers(_ alias: JSON) -> Bool { (alias["targets"].array ?? []).contains { outcomes[Self.key($0)]?.failure == nil } }

  func table(_ aliases: [JSON]) -> TextTable {
    let rows = aliases.flatMap { alias in
      (alias["targets"].array ?? []).compactMap { target -> [String]? in
        guard let outcome = outcomes[Self.key(target)] else { return nil }
        let price = target["price"]
        let cost = price.isNull ? "unknown" : "\(price["input"].text)/\(price["output"].text)"
        let result = outcome.failure ?? "ok, answered by \(outcome.answer["model"].string ?? "")"
        let isFine = outcome.failure == nil
        return [
          alias["alias"].string ?? "", Self.key(target), "\(Int(outcome.milliseconds.rounded()))", isFine ? "\(outcome.tokens)" : "-", cost,
          result,
        ]
      }
    }
    return TextTable(columns: ["ALIAS", "TARGET", "MS", "TOKENS", "USD/1K IN/OUT", "RESULT"], rows: rows)
  }

  func json(_ aliases: [JSON]) -> JSON {
    let rows = aliases.map { alias -> JSON in
      let targets = (alias["targets"].array ?? []).compactMap { target -> JSON? in
        guard let outcome = outcomes[Self.key(target)] else { return nil }
        return .object(
          (target.object ?? [:]).merging([
            "ok": .bool(outcome.failure == nil), "error": JSON(outcome.failure), "latency_ms": .double(outcome.milliseconds.rounded()),
            "answered_by": outcome.answer["model"], "usage": outcome.answer["usage"],
          ]))
      }
      return ["alias": alias["alias"], "ok": .bool(answers(alias)), "targets": .array(targets)]
    }
    return ["aliases": .array(rows)]
  }
}
