import PluginProtocol

/// What a tenant's tokens of a month are counted in.
enum BudgetCollections {
  /// One row for each tenant and month with a limit.
  static let budget = CollectionSpec(
    "token_budget", model: "TokenBudget", key: .uuid,
    fields: [
      .text("period", max: 7).required(), .bigint("used"),
      // Used and held.
      .bigint("committed"),
      // The highest threshold of which the tenant was told, in percent.
      .integer("announced"), .createdAt, .updatedAt,
    ],
    order: ["period"], unique: [["period"]])

  /// Tokens held for a call under way. A call that dies leaves its row, which ends by itself.
  static let hold = CollectionSpec(
    "token_hold", model: "TokenHold", key: .uuid,
    fields: [.text("period", max: 7).required(), .bigint("tokens"), .datetime("expires_at"), .createdAt], order: ["created_at"],
    indexes: [["expires_at"]])
}
