/// The original's tables, those first that others refer to. Source: contract data-model.md.
struct DjangoTable {
  let name: String
  /// The column rows are read in the order of.
  let key: String

  private init(_ name: String, key: String = "id") {
    self.name = name
    self.key = key
  }

  static let all: [DjangoTable] = [
    DjangoTable("tenants_tenant"), DjangoTable("auth_user"), DjangoTable("tenants_tenantuser"), DjangoTable("api_agent"),
    DjangoTable("api_project"), DjangoTable("api_conversation"), DjangoTable("api_message"), DjangoTable("api_folder"),
    DjangoTable("api_file"), DjangoTable("api_messageattachment"), DjangoTable("api_requirement"), DjangoTable("api_deliverystandard"),
    DjangoTable("api_teammember"), DjangoTable("api_task"), DjangoTable("api_agentthinking"), DjangoTable("api_agenttaskitem"),
    DjangoTable("api_agentcollaboration"), DjangoTable("execution_executionround"),
    DjangoTable("execution_executionprogress", key: "execution_round_id"), DjangoTable("execution_requirementexecution"),
    DjangoTable("execution_agentselectiondecision"), DjangoTable("execution_executionartifact"), DjangoTable("execution_executionlog"),
    DjangoTable("api_projectdecision"), DjangoTable("api_projectfileregistry"), DjangoTable("observability_usagerecord"),
    DjangoTable("observability_executionrecord"), DjangoTable("observability_timelineevent"),
  ]

  /// One row a line: JSON holds neither of the two bytes, so that nothing is quoted.
  var copy: String {
    "COPY (SELECT row_to_json(t) FROM \"\(name)\" t ORDER BY \"\(key)\") TO STDOUT WITH (FORMAT csv, QUOTE e'\\x01', DELIMITER e'\\x02')"
  }
}
