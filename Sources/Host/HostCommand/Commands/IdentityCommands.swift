import ArgumentParser
import Foundation
import JSONRPC

/// `hivecore tenant`
struct TenantCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tenant", abstract: "Tenants: who shares nothing with whom.", subcommands: [Create.self, List.self, Update.self])

  struct Create: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Make a tenant with its first API key, which is shown once.")

    @OptionGroup var options: DataOptions
    @Option(help: "Its name.") var name: String
    @Option(help: "Its short name: letters, digits, _ and -.") var slug: String
    @Option(help: "free, team or business.") var tier: String = "free"
    @OptionGroup var limits: LimitOptions
    @Flag(help: "Print JSON: {\"id\", \"slug\", \"api_key\"}.") var json = false

    func run() async throws {
      try await speaking { world in
        var params: JSONObject = ["name": .string(name), "slug": .string(slug), "tier": .string(tier)]
        params = params.merging(limits.params)
        let answer = try await HostAccess(options, world).call("tenant.create", .object(params))
        Talk.out(
          json ? answer.text : "tenant \(slug) (\(answer["id"].string ?? ""))\nAPI key, shown once: \(answer["api_key"].string ?? "")")
      }
    }
  }
}

/// `hivecore user`
struct UserCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "user", abstract: "Users, who log in with a password.", subcommands: [Create.self])

  struct Create: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Make a user of a tenant.")

    @OptionGroup var options: DataOptions
    @Option(help: "The name to log in with.") var username: String
    @Option(help: "The tenant's slug.") var tenant: String
    @Option(help: "owner, admin or member.") var role: String = "member"
    @Flag(help: "They look after the whole installation: /api/v1/system/… is open to them.") var `operator` = false
    @Flag(help: "Read the password from stdin; never give it as an argument.") var passwordStdin = false
    @Flag(help: "Print JSON.") var json = false

    func validate() throws {
      guard passwordStdin else { throw ValidationError("the password is read from stdin: --password-stdin") }
    }

    func run() async throws {
      try await speaking { world in
        guard let password = readLine(strippingNewline: true), !password.isEmpty else { throw ValidationError("no password on stdin") }
        let params: JSON = [
          "username": .string(username), "tenant": .string(tenant), "role": .string(role), "password": .string(password),
          "operator": .bool(`operator`),
        ]
        let answer = try await HostAccess(options, world).call("user.create", params)
        Talk.out(json ? answer.text : "user \(username) (\(role) of \(tenant))")
      }
    }
  }
}

/// `hivecore key`
struct KeyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "key", abstract: "API keys, for programs.", subcommands: [Create.self])

  struct Create: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Make an API key of a tenant; it is shown once.")

    @OptionGroup var options: DataOptions
    @Option(help: "The tenant's slug.") var tenant: String
    @Option(help: "What the key is for.") var name: String
    @Option(help: "read, write, ingest, execute, separated by commas. (default: all four)") var scopes: String?
    @Option(help: "How long it is good, e.g. 90d or 12h. (default: for ever)") var ttl: String?
    @Flag(help: "Print JSON: {\"id\", \"api_key\"}.") var json = false

    func run() async throws {
      try await speaking { world in
        var params: JSONObject = ["tenant": .string(tenant), "name": .string(name)]
        if let scopes { params["scopes"] = JSON(scopes.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }) }
        if let ttl { params["ttl_seconds"] = .int(try LifeTime.seconds(ttl)) }
        let answer = try await HostAccess(options, world).call("key.create", .object(params))
        Talk.out(json ? answer.text : "API key, shown once: \(answer["api_key"].string ?? "")")
      }
    }
  }
}

/// `90d`, `12h`, `30m`, `45s`.
enum LifeTime {
  static func seconds(_ text: String) throws -> Int {
    let units: [Character: Int] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
    guard let last = text.last, let unit = units[last], let count = Int(text.dropLast()), count > 0, count <= 36_500 * 86_400 / unit else {
      throw ValidationError("--ttl must be a number with s, m, h or d, e.g. 90d, not \(text)")
    }
    return count * unit
  }
}
