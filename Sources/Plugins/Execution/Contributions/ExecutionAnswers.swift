import JSONRPC
import PluginProtocol

/// What the methods of execution answer over HTTP. Source: contract http.md, sections 11 and 13.
enum ExecutionAnswers {
  static let schemas: JSONObject = [
    "ExecutionAccepted": JSONSchema.object(
      [
        "execution_round_id": .uuid, "task_id": .string, "status": JSONSchema.string.choices("started", "resumed"),
        "round_number": .integer, "execution_mode": JSONSchema.string.choices("queue"), "rerun_of": .uuid,
        "resumed_from": .object(["checkpoint_id": .uuid, "seq": .int64, "phase": .string], optional: ["checkpoint_id", "seq", "phase"]),
      ], optional: ["rerun_of", "resumed_from"]
    ).json,
    "RoundProgress": JSONSchema.object(
      [
        "current_phase": .string(max: 50), "current_agent": .string(max: 100), "current_task": .string(max: 255),
        "progress_percent": .integer, "completed_tasks": .integer, "total_tasks": .integer, "completed_requirements": .integer,
        "total_requirements": .integer, "current_requirement_id": .string(max: 50), "current_inner_round": .integer,
        "last_event": .string(max: 50), "last_event_data": .map, "updated_at": .datetime,
      ], optional: ["current_requirement_id", "current_inner_round"]
    ).json,
    "Round": JSONSchema.object(
      [
        "id": .uuid, "project": .int64, "project_name": .string, "round_number": .integer,
        "status": JSONSchema.string.choices("pending", "running", "completed", "failed", "cancelled"),
        "started_at": JSONSchema.datetime.orNull, "completed_at": JSONSchema.datetime.orNull, "duration_seconds": JSONSchema.number.orNull,
        "total_tokens": .int64, "total_cost_usd": .decimal(14, 6), "created_at": .datetime, "celery_task_id": .string(max: 255),
        "requirement_text": .string,
        "options": .object(
          ["max_rounds": .integer, "parallel": .boolean, "pr_mode": .boolean, "skip_validation": .boolean, "edit_mode": .boolean],
          optional: ["max_rounds", "parallel", "pr_mode", "skip_validation", "edit_mode"]), "summary": .string, "error_message": .string,
        "error_code": JSONSchema.string.choices(
          "", "timeout", "worker_lost", "quota_exceeded", "requirements_failed", "planning_failed", "runner_failed", "llm_error"),
        "total_llm_calls": .integer, "progress": JSONSchema.model("RoundProgress").orNull, "use_task_sharding": .boolean,
        "current_inner_round": .integer, "total_inner_rounds": .integer, "total_requirements": .integer, "passed_requirements": .integer,
        "failed_requirements": .integer, "rerun_of": JSONSchema.uuid.orNull, "resume_count": .integer, "updated_at": .datetime,
      ],
      optional: [
        "error_code", "use_task_sharding", "current_inner_round", "total_inner_rounds", "total_requirements", "passed_requirements",
        "failed_requirements", "rerun_of", "resume_count",
      ]
    ).json,
    "RoundState": JSONSchema.object(
      [
        "id": .uuid, "status": JSONSchema.string.choices("pending", "running", "completed", "failed", "cancelled"),
        "round_number": .integer, "started_at": JSONSchema.datetime.orNull, "completed_at": JSONSchema.datetime.orNull,
        "duration_seconds": JSONSchema.number.orNull, "summary": .string, "error_message": .string,
        "error_code": JSONSchema.string.choices(
          "", "timeout", "worker_lost", "quota_exceeded", "requirements_failed", "planning_failed", "runner_failed", "llm_error"),
        "usage": .object(["total_tokens": .int64, "total_cost_usd": .number, "total_llm_calls": .integer]),
        "progress": JSONSchema.model("RoundProgress").orNull,
      ], optional: ["error_code"]
    ).json,
    "CancelResponse": JSONSchema.object(["id": .uuid, "status": JSONSchema.string.choices("cancelled"), "message": .string]).json,
    "RoundEvent": JSONSchema.object(["seq": .int64, "type": .string(max: 50), "data": .map, "created_at": .datetime]).json,
    "HistoryItem": JSONSchema.object(
      [
        "id": .uuid, "project": .int64, "project_name": .string, "round_number": .integer,
        "status": JSONSchema.string.choices("pending", "running", "completed", "failed", "cancelled"),
        "started_at": JSONSchema.datetime.orNull, "completed_at": JSONSchema.datetime.orNull, "duration_seconds": JSONSchema.number.orNull,
        "total_tokens": .int64, "total_cost_usd": .decimal(14, 6), "created_at": .datetime, "summary": .string,
        "error_code": JSONSchema.string.choices(
          "", "timeout", "worker_lost", "quota_exceeded", "requirements_failed", "planning_failed", "runner_failed", "llm_error"),
        "total_llm_calls": .integer, "total_requirements": .integer, "passed_requirements": .integer, "failed_requirements": .integer,
        "artifact_count": .integer, "log_error_count": .integer, "rerun_of": JSONSchema.uuid.orNull, "resume_count": .integer,
      ],
      optional: [
        "summary", "error_code", "total_llm_calls", "total_requirements", "passed_requirements", "failed_requirements", "artifact_count",
        "log_error_count", "rerun_of", "resume_count",
      ]
    ).json,
    "HistoryStats": JSONSchema.object(
      [
        "total": .integer, "by_status": .map, "success_rate": .number, "avg_duration_seconds": .number, "p95_duration_seconds": .number,
        "total_tokens": .int64, "total_cost_usd": .number,
        "by_agent": .array(
          .object(
            ["agent_name": .string, "rounds": .integer, "tokens": .int64, "cost": .number],
            optional: ["agent_name", "rounds", "tokens", "cost"])),
        "series": .array(
          .object(
            ["period": .datetime, "completed": .integer, "failed": .integer, "cancelled": .integer, "tokens": .int64, "cost": .number],
            optional: ["period", "completed", "failed", "cancelled", "tokens", "cost"])),
      ], optional: ["p95_duration_seconds"]
    ).json,
    "ArtifactSummary": JSONSchema.object(
      [
        "id": .uuid, "execution_round": .uuid,
        "artifact_type": JSONSchema.string.choices("code", "config", "document", "test", "style", "asset", "other", "deliverable"),
        "file_path": .string(max: 500), "file_name": .string(max: 255), "language": .string(max: 50), "size_bytes": .int64,
        "storage_type": JSONSchema.string.choices("s3", "database"), "download_url": JSONSchema.string.orNull, "created_at": .datetime,
      ], optional: ["execution_round"]
    ).json,
    "Artifact": JSONSchema.object(
      [
        "id": .uuid, "execution_round": .uuid,
        "artifact_type": JSONSchema.string.choices("code", "config", "document", "test", "style", "asset", "other", "deliverable"),
        "file_path": .string(max: 500), "file_name": .string(max: 255), "language": .string(max: 50), "size_bytes": .int64,
        "storage_type": JSONSchema.string.choices("s3", "database"), "download_url": JSONSchema.string.orNull, "created_at": .datetime,
        "content": .string, "encoding": JSONSchema.string.choices("utf-8", "base64"), "content_hash": .string(max: 64),
        "s3_key": .string(max: 600), "requirement_execution": JSONSchema.uuid.orNull, "generated_by_agent": JSONSchema.int64.orNull,
        "generated_by_agent_name": JSONSchema.string.orNull, "updated_at": .datetime,
      ], optional: ["encoding", "requirement_execution"]
    ).json,
    "ArtifactContent": JSONSchema.object(
      [
        "id": .uuid, "file_path": .string, "content": .string, "encoding": JSONSchema.string.choices("utf-8", "base64"),
        "content_hash": .string, "size_bytes": .int64,
      ], optional: ["encoding"]
    ).json,
    "ArtifactDownloadUrl": JSONSchema.object(
      [
        "id": .uuid, "file_path": .string, "download_url": JSONSchema.string.orNull, "expires_in": .integer,
        "storage_type": JSONSchema.string.choices("s3", "database"), "message": .string,
      ], optional: ["expires_in", "message"]
    ).json,
  ]
}
