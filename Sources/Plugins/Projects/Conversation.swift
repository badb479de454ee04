import JSONRPC
import PluginProtocol

/// Conversations with the Assistant Agent, their messages and what was agreed. Source: contract http.md, sections 9.3 and 9.4.
enum Conversation {
  static let collections = [conversation, message, attachment, requirement, deliveryStandard]

  private static let conversation = CollectionSpec(
    "conversation", model: "Conversation",
    fields: [
      .reference("project", to: "project").nullable(), .text("title", max: 200),
      .choice("source_type", ["", "upload_doc", "memory", "community", "no_data"], default: ""), .text("first_user_message"), .createdAt,
      .updatedAt,
    ],
    order: ["-created_at"],
    shapes: [
      "list": .fields("id", "project", "title", "source_type", "first_user_message").adding(
        .count("message_count", collection: "message", by: "conversation"), "created_at"),
      "detail": .fields("id", "project", "title", "source_type", "first_user_message").adding(
        .many("messages", collection: "message", by: "conversation", shape: "detail", order: ["created_at"], limit: StorageRead.rowLimit),
        .many(
          "requirements", collection: "requirement", by: "conversation", shape: "detail", order: ["created_at"], limit: StorageRead.rowLimit
        ),
        "created_at",
        "updated_at"),
    ],
    filters: ["project", "source_type"], indexes: [["source_type", "created_at"]])

  private static let message = CollectionSpec(
    "message", model: "Message",
    fields: [
      .reference("conversation", to: "conversation").required().immutable(), .choice("type", ["user", "assistant"]).required(),
      .text("content").required(), .createdAt,
    ],
    order: ["created_at"], filters: ["conversation", "type"], indexes: [["conversation", "created_at"]])

  private static let attachment = CollectionSpec(
    "message_attachment", model: "MessageAttachment",
    fields: [
      .reference("message", to: "message").required(), .reference("file", to: "file").required(), .text("filename", max: 255),
      .text("file_type", max: 50), .text("summary"), .text("text_content"), .createdAt,
    ],
    order: ["created_at"],
    shapes: [
      "detail": .fields("id", "file", "filename", "file_type").adding(
        .lookup("file_url", reference: "file", field: "url"), "summary", "text_content", "created_at")
    ])

  private static let requirement = CollectionSpec(
    "requirement", model: "Requirement",
    fields: [
      .reference("conversation", to: "conversation").nullable(), .text("content").required(),
      .choice("type", ["requirement", "delivery_standard"], default: "requirement", max: 30), .createdAt, .updatedAt,
    ],
    order: ["created_at"], shapes: ["list": requirementShape, "detail": requirementShape], filters: ["conversation", "type"],
    nested: [NestedSpec("delivery_standards", collection: "delivery_standard", by: "requirement", text: "content", place: "order")])

  private static let requirementShape = Shape.fields("id", "content", "type").adding(
    .many("delivery_standards", collection: "delivery_standard", by: "requirement", shape: .inline(.fields("id", "content", "order"))),
    "conversation", "created_at")

  private static let deliveryStandard = CollectionSpec(
    "delivery_standard", model: "DeliveryStandard",
    fields: [.reference("requirement", to: "requirement").required().immutable(), .text("content").required(), .integer("order")],
    order: ["order"], filters: ["requirement"])

  static let routes: [RouteSpec] = [
    .crud("/api/v1/conversations/", "conversation"),
    .rpc(
      "POST", "/api/v1/conversations/{id:int}/add_message/", .write, "projects.add_message", status: 201, summary: "Stores a message.",
      body: messageBody
    ).described(under: "conversation", answer: .model("Message")),
    RouteSpec(
      "POST", "/api/v1/conversations/{id:int}/add_requirement/", .write,
      .collection(
        .init(
          "requirement", .create, filter: [.eq("conversation", ["$path": "id"])], parent: .init("conversation", parameter: "id"))),
      status: 201, summary: "Stores a requirement with its delivery standards."),
    .rpc(
      "GET", "/api/v1/conversations/by-source-type/{source_type}/", .read, "projects.conversation_by_source",
      summary: "The newest of its kind."
    ).described(answer: .model("Conversation"), statuses: [404]),
    .crud("/api/v1/messages/", "message"),
    .rpc(
      "POST", "/api/v1/messages/", .write, "projects.add_message", status: 201, summary: "Stores a message.",
      body: [.reference("conversation", to: "conversation").required()] + messageBody
    ).described(answer: .model("Message")),
    .crud("/api/v1/requirements/", "requirement"), .crud("/api/v1/delivery-standards/", "delivery_standard"),
  ]

  private static let messageBody: [FieldSpec] = [.choice("type", ["user", "assistant"]).required(), .text("content").required()]
}
