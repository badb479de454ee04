import JSONRPC
import PluginKit

/// What each alias stands for, with its price: `models.list`.
enum ModelList {
  static func list(_ request: Request, _ config: RouterConfig) async throws -> JSON {
    let tenant = request.meta.tenant ?? ""
    let names =
      ["default", "chat", "design", "code", "qa"]
      + config.aliases.names.filter { !["default", "chat", "design", "code", "qa"].contains($0) }
    let rows = names.map { alias -> JSON in
      let targets = config.targets(alias, tenant: tenant).map { target -> JSON in
        let price = config.prices.price(of: target.model).map { price -> JSON in
          ["input": .double(price.input), "output": .double(price.output)]
        }
        return ["provider": .string(target.provider), "model": .string(target.model), "price": price ?? .null]
      }
      return ["alias": .string(alias), "targets": .array(targets)]
    }
    return ["aliases": .array(rows), "mode": .string(config.mode.rawValue)]
  }
}
