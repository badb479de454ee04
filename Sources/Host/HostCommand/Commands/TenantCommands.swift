import ArgumentParser
import JSONRPC

/// A tenant's limits on the command line.
struct LimitOptions: ParsableArguments {
  @Option(help: "How many projects it may have; 0 = any number.") var maxProjects: Int?
  @Option(help: "Agents in a project; 0 = any number.") var maxAgents: Int?
  @Option(help: "Tokens a month; 0 = any number.") var maxTokens: Int?

  var params: JSONObject {
    var params: JSONObject = [:]
    params["max_projects"] = maxProjects.map { .int($0) }
    params["max_agents"] = maxAgents.map { .int($0) }
    params["max_tokens"] = maxTokens.map { .int($0) }
    return params
  }
}

extension TenantCommand {
  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List the tenants.")

    @OptionGroup var options: DataOptions
    @Flag(help: "Print JSON.") var json = false

    func run() async throws {
      try await speaking { world in
        let answer = try await HostAccess(options, world).call("tenant.list", [:])
        if json { return Talk.out(answer.text) }
        let rows = (answer["tenants"].array ?? []).map { tenant in
          [
            tenant["slug"].string ?? "", tenant["name"].string ?? "", tenant["tier"].string ?? "",
            tenant["is_active"] == true ? "on" : "off", tenant["max_projects"].text, tenant["max_agents_per_project"].text,
            tenant["max_tokens_per_month"].text, tenant["created_at"].string ?? "",
          ]
        }
        let columns = ["SLUG", "NAME", "TIER", "IS", "PROJECTS", "AGENTS", "TOKENS", "SINCE"]
        for line in TextTable(columns: columns, rows: rows).lines { Talk.out(line) }
      }
    }
  }

  struct Update: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Change a tenant's name, tier or limits, or switch it on or off.")

    @OptionGroup var options: DataOptions
    @Argument(help: "The tenant's slug.") var slug: String
    @Option(help: "Its name.") var name: String?
    @Option(help: "free, team or business.") var tier: String?
    @OptionGroup var limits: LimitOptions
    @Flag(inversion: .prefixedNo, help: "Whether anybody of it gets in.") var active: Bool?
    @Flag(help: "Print JSON.") var json = false

    func run() async throws {
      try await speaking { world in
        var params: JSONObject = ["slug": .string(slug)]
        params["name"] = name.map { .string($0) }
        params["tier"] = tier.map { .string($0) }
        params["is_active"] = active.map { .bool($0) }
        let answer = try await HostAccess(options, world).call("tenant.update", .object(params.merging(limits.params)))
        Talk.out(json ? answer.text : "tenant \(slug) was changed")
      }
    }
  }
}
