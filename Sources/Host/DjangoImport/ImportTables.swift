import JSONRPC

/// Every table, those first that others refer to. Source: contract data-model.md.
enum ImportTables {
  static let all = accounts + core + execution + memory + observability

  private static let accounts: [ImportTable] = [
    ImportTable(
      "tenants_tenant", "tenant", .uuid, .global,
      [
        "name", "slug", "tier", "max_tokens_per_month", "max_projects", "max_agents_per_project", "is_active", "created_at", "updated_at",
      ]),
    ImportTable(
      "auth_user", "user", .serial, .global,
      [
        "username", "password", "email", "first_name", "last_name", "is_active", "is_staff", "is_superuser", "last_login", "date_joined",
      ]),
    ImportTable(
      "tenants_tenantuser", "tenant_user", .serial, .global,
      [.reference("tenant", "tenants_tenant"), .reference("user", "auth_user"), "role", "joined_at"]),
    ImportTable(
      "api_agent", "agent", .serial, .everybody,
      ["name", "agent_no", "duty", "detail", "preview", "avatar", "cost_per_min", "created_at", "updated_at"]),
  ]

  private static let work: [ImportColumn] = ["status", "time_spent", "cost", "progress", "progress_total"]

  private static func ofProject(_ table: String, _ collection: String, _ columns: [ImportColumn]) -> ImportTable {
    ImportTable(
      table, collection, .serial, .parent("project_id", of: "api_project"), [.reference("project", "api_project")] + columns)
  }

  private static let core: [ImportTable] = [
    ImportTable(
      "api_project", "project", .serial, .column("tenant_id"),
      [
        "name", "description", "status", "phase", "run_time", "credits_usage", "total_cost", "progress", "created_at", "updated_at",
        .later("main_conversation", "api_conversation"),
      ]
    ).with { $0.mayBeOrphan = true },
    ImportTable(
      "api_conversation", "conversation", .serial, .parent("project_id", of: "api_project"),
      [.optional("project", "api_project"), "title", "source_type", "first_user_message", "created_at", "updated_at"]
    ).with { $0.mayBeOrphan = true },
    ImportTable(
      "api_message", "message", .serial, .parent("conversation_id", of: "api_conversation"),
      [.reference("conversation", "api_conversation"), "type", "content", "created_at"]),
    ofProject("api_folder", "folder", ["name", .later("parent", "api_folder"), "created_at"]),
    ofProject(
      "api_file", "file",
      [
        .optional("folder", "api_folder"), "name", "file_type", "size", "mime_type", "url", "thumbnail_url", "description", "created_at",
        "updated_at",
      ]),
    ImportTable(
      "api_messageattachment", "message_attachment", .serial, .parent("message_id", of: "api_message"),
      [
        .reference("message", "api_message"), .reference("file", "api_file"), "filename", "file_type", "summary", "text_content",
        "created_at",
      ]),
    ImportTable(
      "api_requirement", "requirement", .serial, .parent("conversation_id", of: "api_conversation"),
      [.optional("conversation", "api_conversation"), "content", "type", "created_at"]
    ).with { $0.mayBeOrphan = true },
    ImportTable(
      "api_deliverystandard", "delivery_standard", .serial, .parent("requirement_id", of: "api_requirement"),
      [.reference("requirement", "api_requirement"), "content", "order"]),
    ofProject("api_teammember", "team_member", [.reference("agent", "api_agent"), "role", "joined_at"] + work),
    ofProject(
      "api_task", "task", [.optional("agent", "api_agent"), "title", "agent_type", "created_at", "updated_at"] + work),
    ofProject("api_agentthinking", "agent_thinking", [.reference("agent", "api_agent"), "content", "created_at", "updated_at"]),
    ofProject(
      "api_agenttaskitem", "agent_task_item",
      [.reference("agent", "api_agent"), "category", "content", "is_checked", "order", "created_at"]),
    ofProject(
      "api_agentcollaboration", "agent_collaboration",
      [
        .reference("agent", "api_agent"), "direction", .optional("from_agent", "api_agent"), .optional("to_agent", "api_agent"), "content",
        "created_at",
      ]),
  ]

  private static let round = ImportColumn.reference("execution_round", "execution_executionround")
  private static let attempt = ImportColumn.optional("requirement_execution", "execution_requirementexecution")

  private static let execution: [ImportTable] = [
    ImportTable(
      "execution_executionround", "execution_round", .uuid, .column("tenant_id"),
      [
        .reference("project", "api_project"), "round_number", "status", "started_at", "completed_at", "celery_task_id", "requirement_text",
        "options", "summary", "error_message", "total_tokens", "total_cost_usd", "total_llm_calls", "use_task_sharding",
        "current_inner_round", "total_inner_rounds", "parsed_spec", "acceptance_map", "total_requirements", "passed_requirements",
        "failed_requirements", "created_at", "updated_at",
      ]
    ).with {
      $0.renumbers = ("round_number", "project")
      $0.adjust = { row, values in
        // Nobody works on it any more: its worker stayed behind.
        guard ["pending", "running"].contains(row["status"].string) else { return }
        values["status"] = "failed"
        values["error_code"] = "worker_lost"
        values["error_message"] = "The round was under way when its database was imported."
        values["completed_at"] = row["updated_at"]
      }
    },
    ImportTable(
      "execution_executionprogress", "execution_progress", .reference("execution_round_id"),
      .parent("execution_round_id", of: "execution_executionround"),
      [
        round, "current_phase", "current_agent", "current_task", "progress_percent", "completed_tasks", "total_tasks",
        "completed_requirements", "total_requirements", "current_requirement_id", "current_inner_round", "last_event", "last_event_data",
        "updated_at",
      ]),
    ImportTable(
      "execution_requirementexecution", "requirement_execution", .uuid, .column("tenant_id"),
      [
        round, "requirement_id", "requirement_content", "requirement_type", "inner_round_number", "attempt_number", "status",
        "celery_task_id", "depends_on", "blueprint", "code_result", "qa_result", "validation_result", "acceptance_criteria_total",
        "acceptance_criteria_passed", "pass_rate", "is_passed", "modified_files", "tokens_used", "cost_usd", "llm_calls", "error_message",
        "error_traceback", "started_at", "completed_at", "created_at", "updated_at",
      ]
    ).with {
      $0.adjust = { row, values in
        if ["pending", "scheduled", "running"].contains(row["status"].string) { values["status"] = "failed" }
      }
    },
    ImportTable(
      "execution_agentselectiondecision", "agent_selection_decision", .uuid, .column("tenant_id"),
      [
        round, .optional("agent", "api_agent"), "agent_name", "s_base_score", "requirement_fit_score", "total_score", "scoring_breakdown",
        "requirement_fit_matched", "requirement_fit_missing", "requirement_fit_partial", "requirement_fit_rationales", "is_cold_start",
        "cold_start_slot_reserved", "risk_notes", "is_selected", "decision_source", "reasons", "role_assigned", "selection_order",
        "batch_index", "created_at",
      ]),
    ImportTable(
      "execution_executionartifact", "execution_artifact", .uuid, .column("tenant_id"),
      [
        round, attempt, "artifact_type", "file_path", "file_name", "language", "content", "content_hash", "size_bytes", "s3_key",
        .optional("generated_by_agent", "api_agent"), "created_at", "updated_at",
      ]),
    ImportTable(
      "execution_executionlog", "execution_log", .uuid, .column("tenant_id"),
      [round, attempt, "level", "message", "metadata", .optional("agent", "api_agent"), "source", "timestamp"]),
  ]

  private static let optionalRound = ImportColumn.optional("execution_round", "execution_executionround")

  private static let memory: [ImportTable] = [
    ofProject(
      "api_projectdecision", "project_decision",
      [
        optionalRound, "category", "key", "value", "description", .optional("made_by_agent", "api_agent"), "made_by_agent_name",
        "round_index", "is_active", .later("superseded_by", "api_projectdecision"), "created_at", "updated_at",
      ]),
    ofProject(
      "api_projectfileregistry", "project_file_registry",
      [optionalRound, "file_path", "description", .optional("created_by_agent", "api_agent"), "created_at", "updated_at"]),
  ]

  private static let observability: [ImportTable] = [
    ImportTable(
      "observability_usagerecord", "usage_record", .uuid, .column("tenant_id"),
      [
        .optional("project", "api_project"), "timestamp", "agentscope_project_id", "agentscope_agent_id", "agent_name", "model_name",
        "input_tokens", "output_tokens", "total_tokens", "cost_usd", "duration_ms", "span_id",
      ]),
    ImportTable(
      "observability_executionrecord", "execution_record", .uuid, .column("tenant_id"),
      [
        .optional("project", "api_project"), "execution_id", "agentscope_project_id", "agentscope_agent_id", "agent_name", "node_id",
        "round_index", "start_time", "end_time", "duration_ms", "status", "content", "error_message", "llm_calls", "total_tokens",
        "total_cost_usd",
      ]),
    ImportTable(
      "observability_timelineevent", "timeline_event", .uuid, .column("tenant_id"),
      [
        "timestamp", "event_type", "agentscope_project_id", "agentscope_agent_id", "node_id", "message", "metadata",
      ]),
  ]
}
