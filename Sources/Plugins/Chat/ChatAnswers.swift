import JSONRPC
import PluginProtocol

/// What the methods of chat answer over HTTP. Source: contract http.md, section 10.1.
enum ChatAnswers {
  static let schemas: JSONObject = [
    "Attachment": JSONSchema.object([
      "id": .int64, "file": .int64, "filename": .string(max: 255), "file_type": .string(max: 50), "file_url": .string, "summary": .string,
      "text_content": .string, "created_at": .datetime,
    ]).json,
    "ChatResponse": JSONSchema.object([
      "user_message": .object(
        [
          "id": .int64, "conversation": .int64, "type": JSONSchema.string.choices("user", "assistant"), "content": .string,
          "created_at": .datetime, "attachments": .array(.model("Attachment")),
        ], optional: ["conversation"]), "assistant_message": .model("Message"), "requirements_created": .array(.model("Requirement")),
      "requirements_updated": .array(.model("Requirement")),
    ]).json,
  ]
}
