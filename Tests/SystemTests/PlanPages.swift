extension Page {
  /// Every page of the plan and every observability query (contract of the HTTP API, sections 8, 9, 11, 13 and 14).
  static let plan: [Page] = home + team + work + delivery + rounds + monitoring

  private static let home: [Page] = [
    .page("projects/", "id status phase total_cost created_at", filled: "name main_conversation member_count progress"),
    .object(
      "projects/{project}/", "id description status phase credits_usage total_cost created_at updated_at",
      filled: "name main_conversation member_count run_time progress team_members"),
    .object("projects/{project}/stats/", "total_cost", filled: "member_count run_time credits_usage progress progress_total"),
    .page("conversations/?project={project}", "id project title source_type created_at", filled: "message_count first_user_message"),
    .object("conversations/{conversation}/", "id project title created_at updated_at", filled: "messages requirements"),
    .page("messages/?conversation={conversation}", "id conversation type created_at", filled: "content"),
    .page("requirements/?conversation={conversation}", "id type conversation created_at", filled: "content delivery_standards"),
    .page("delivery-standards/?requirement={requirement}", "id requirement order", filled: "content"),
    .object("projects/{project}/context/", "", filled: "decisions file_registry context_for_prompt"),
    .page("agents/", "id agent_no duty avatar cost_per_min", filled: "name"),
  ]

  private static let team: [Page] = [
    .array("projects/{project}/team/", "id agent role status cost progress progress_total joined_at", filled: "agent role time_spent"),
    .page("team-members/?project={project}", "id project status joined_at", filled: "agent role"),
    .array(
      "execution/rounds/{round}/agents/", "id agent is_selected selection_order role_assigned batch_index", filled: "agent_name reasons"),
    .page(
      "execution/selections/?round={round}", "id agent s_base_score requirement_fit_score is_cold_start created_at",
      filled: "agent_name total_score"),
    .object(
      "execution/selections/{selection}/", "execution_round scoring_breakdown requirement_fit_matched risk_notes",
      filled: "agent_name decision_source"),
    .object(
      "execution/selections/{selection}/explain/", "id rank margin smallest exact ways", filled: "verdict candidate_count"),
    .array("execution/selections/by_round/?project={project}", "round_id round_number status created_at", filled: "selections"),
    .object(
      "execution/selections/agent_history/?agent={agent}", "agent_id selection_rate average_score", filled: "total_selections history"),
    .object("agents/{agent}/detail-panel/?project={project}", "", filled: "agent thinking task_items collaborations"),
  ]

  private static let work: [Page] = [
    .page("tasks/?project={project}", "id project status cost progress_total created_at", filled: "title agent agent_type progress"),
    .array("projects/{project}/tasks/", "id status", filled: "title progress"),
    .page("agent-thinkings/?project={project}", "id agent project created_at", filled: "content"),
    .page("agent-task-items/?project={project}", "id agent project order", filled: "category content is_checked"),
    .page("agent-collaborations/?project={project}", "id agent project direction from_agent to_agent", filled: "content"),
    .page("decisions/?project={project}", "id made_by_agent_name round_index is_active created_at", filled: "category key value"),
    .page("file-registry/?project={project}", "id project execution_round", filled: "file_path description"),
  ]

  private static let delivery: [Page] = [
    .object("projects/{project}/file-tree/", "root_files", filled: "total_files folders"),
    .page("folders/?project={project}", "id parent created_at", filled: "name path file_count"),
    .page("files/?project={project}", "id project folder file_type mime_type url", filled: "name size path"),
    .object("files/{file}/", "id project", filled: "name size path"),
    .array("files/search/?q=html&project={project}", "id", filled: "name"),
    .array("files/previewable/?project={project}", "id", filled: "name"),
    .array(
      "execution/rounds/{round}/artifacts/", "id artifact_type language storage_type download_url created_at",
      filled: "file_path file_name size_bytes"),
    .page("execution/artifacts/?round={round}", "id artifact_type", filled: "file_path"),
    .object("execution/artifacts/{artifact}/", "s3_key encoding", filled: "content content_hash size_bytes generated_by_agent_name"),
    .object("execution/artifacts/{artifact}/content/", "id file_path", filled: "content content_hash size_bytes"),
  ]

  private static let rounds: [Page] = [
    .page(
      "execution/rounds/?project={project}", "id project round_number started_at",
      filled: "project_name status completed_at duration_seconds total_tokens"),
    .object(
      "execution/rounds/{round}/", "requirement_text options error_message use_task_sharding failed_requirements resume_count",
      filled: "celery_task_id summary total_llm_calls progress total_requirements passed_requirements"),
    .object(
      "execution/rounds/{round}/status/", "error_message error_code",
      filled: "id status round_number duration_seconds summary usage progress"),
    .object("execution-rounds/{round}/status/", "id", filled: "status"),
    .array("execution/rounds/{round}/logs/", "id level metadata agent source timestamp", filled: "message"),
    .array(
      "execution/rounds/{round}/requirements/", "id status depends_on error_message",
      filled: "requirement_id requirement_content acceptance_criteria_total pass_rate is_passed tokens_used llm_calls"),
    .object(
      "execution/requirements/{requirement_execution}/", "execution_round validation_result",
      filled: "blueprint code_result qa_result modified_files"),
    .object("execution/rounds/{round}/events/", "next_after", filled: "results"),
    .array("execution/rounds/{round}/checkpoints/", "id inner_round completed_requirements created_at resumable", filled: "seq phase"),
    .page(
      "execution/history/?project={project}", "id error_code log_error_count rerun_of",
      filled: "status summary artifact_count passed_requirements"),
    .object(
      "execution/history/stats/?project={project}", "total_cost_usd avg_duration_seconds",
      filled: "total by_status success_rate total_tokens by_agent series"),
  ]

  private static let monitoring: [Page] = [
    .page(
      "observability/usage/", "id timestamp project input_tokens output_tokens cost_usd duration_ms span_id",
      filled: "agent_name model_name total_tokens"),
    .object("observability/usage/{usage}/", "id timestamp", filled: "agent_name"),
    .object("observability/usage/summary/", "", filled: "summary by_agent by_model"),
    .array("observability/usage/trend/", "cost", filled: "period tokens calls"),
    .array("observability/usage/trend/?interval=hour", "cost", filled: "period tokens calls"),
    .page(
      "observability/executions/", "id round_index start_time end_time error_message",
      filled: "execution_id agent_name status content duration_ms"),
    .object("observability/executions/{execution}/", "id", filled: "execution_id"),
    .page("observability/timeline/", "id timestamp agentscope_project_id node_id metadata", filled: "event_type message"),
    .object("observability/timeline/{timeline}/", "id", filled: "event_type"),
    .object("observability/project/{project}/stats/", "active_agents", filled: "project_id usage executions"),
  ]
}
