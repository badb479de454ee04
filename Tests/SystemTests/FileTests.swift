import AsyncHTTPClient
import Foundation
import JSONRPC
import NIOCore
import NIOHTTP1
import TestSupport
import Testing

extension SystemTests {
  /// Files go in and come out as they were, through gateway, router, plugin and blob store.
  @Suite struct FileTests {
    @Test func `a file comes back byte for byte, whether short or long, whole or in part`() async throws {
      try await House.with { house in
        let project = try await Self.project(house.api)
        for (count, place) in [(0, "fields first"), (1_000, "file first"), (102_400, "fields first"), (700_000, "file first")] {
          let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
          let form = Form(fields: ["project": "\(project)"], name: "data.bin", bytes: bytes, isFileFirst: place == "file first")
          let made = try await house.api.upload(form)
          try #require(made.status == 201, "\(count) bytes, \(place): \(made.text)")
          #expect(made.json["size"].int == Int64(count))
          let path = "/api/v1/files/\(made.json["id"].int ?? 0)/download/"
          let whole = try await house.api.send(.get, path)
          #expect(whole.status == 200)
          #expect(whole.body == bytes, "\(count) bytes, \(place)")
          guard count > 0 else { continue }
          let part = try await house.api.send(.get, path, headers: ["Range": "bytes=\(count - 300)-"])
          #expect(part.status == 206)
          #expect(part.body == bytes.suffix(300))
          #expect(try await house.api.send(.get, path, headers: ["Range": "bytes=\(count)-"]).status == 416)
        }
        let quota = try await Self.quota(house)
        #expect(quota["storage"]["used_bytes"] == 803_400)
        #expect(quota["storage"]["file_count"] == 4)
      }
    }

    @Test func `what is wrong with a form is said, and nothing is stored`() async throws {
      try await House.with { house in
        let project = try await Self.project(house.api)
        let stranger = API(baseURL: house.host.baseURL, key: try await House.makeTenant("others", on: house.host).key)
        let foreign = try await Self.project(stranger)
        let fields = ["project": "\(project)"]
        let cases: [(Form, Int, String)] = [
          (Form(fields: [:]), 400, #"{"project":["This field is required."]}"#),
          (Form(fields: ["project": "x"]), 400, #"{"project":["Incorrect type. Expected pk value, received str."]}"#),
          (Form(fields: ["project": "\(foreign)"]), 400, "{\"project\":[\"Invalid pk \\\"\(foreign)\\\" - object does not exist.\"]}"),
          (Form(fields: ["project": "\(project)", "folder": "99"]), 400, #"{"folder":["Invalid pk \"99\" - object does not exist."]}"#),
          (Form(fields: fields, name: nil), 400, #"{"file":["No file was submitted."]}"#),
          (Form(fields: fields, name: ".."), 400, #"{"file":["No filename could be determined."]}"#),
          (Form(fields: fields, field: "other"), 400, #"{"other":["A file is not expected here."]}"#),
          (Form(fields: fields, isCut: true), 400, #"{"detail":"Multipart form parse error - the last boundary is missing"}"#),
        ]
        for (form, status, body) in cases {
          let answer = try await house.api.upload(form)
          #expect(answer.status == status, "\(form.fields): \(answer.text)")
          #expect(answer.text == body)
        }
        let json = try await house.api.send(.post, "/api/v1/files/upload/", ["project": .int(project)])
        #expect(json.status == 415)
        #expect(try await house.api.get("/api/v1/files/")["count"] == 0)
      }
    }

    @Test func `a text file is what the assistant reads in a chat, and another tenant sees none of it`() async throws {
      try await House.with { house in
        let project = try await Self.project(house.api)
        let text = "Die Kunden wollen eine Suche.\n" + String(repeating: "ü", count: 6_000)
        let made = try await house.api.upload(Form(fields: ["project": "\(project)"], name: "../notes.md", bytes: Array(text.utf8)))
        try #require(made.status == 201, "\(made.text)")
        #expect(made.json["name"] == "notes.md")
        #expect(made.json["file_type"] == "document")
        let conversation = try await house.api.post("/api/v1/conversations/", ["project": .int(project), "title": "t"])
        let path = "/api/v1/conversations/\(conversation["id"].int ?? 0)/chat/"
        let chat = try await house.api.post(path, ["content": "Please read the notes I attached.", "file_ids": [made.json["id"]]])
        let attachment = chat["user_message"]["attachments"][0]
        #expect(attachment["text_content"].string == String(text.prefix(5_000)))
        let stranger = API(baseURL: house.host.baseURL, key: try await House.makeTenant("others", on: house.host).key)
        #expect(try await stranger.send(.get, "/api/v1/files/\(made.json["id"].int ?? 0)/download/").status == 404)
      }
    }

    @Test func `the same upload sent again is done once, and a removed file leaves no bytes`() async throws {
      try await House.with { house in
        let project = try await Self.project(house.api)
        let form = Form(fields: ["project": "\(project)"], bytes: Array(repeating: 7, count: 200_000))
        let first = try await house.api.upload(form, headers: ["Idempotency-Key": "k1"])
        let again = try await house.api.upload(form, headers: ["Idempotency-Key": "k1"])
        #expect(first.status == 201)
        #expect(again.json == first.json)
        var other = form
        other.bytes[0] = 8
        #expect(try await house.api.upload(other, headers: ["Idempotency-Key": "k1"]).status == 422)
        #expect(try await house.api.get("/api/v1/files/")["count"] == 1)
        let path = "/api/v1/files/\(first.json["id"].int ?? 0)/"
        #expect(Array(try await house.api.send(.get, path + "download/").body) == form.bytes)
        #expect(try Self.blobs(house) == 1)
        #expect(try await house.api.send(.delete, path).status == 204)
        #expect(try await house.api.send(.delete, path).status == 404)
        #expect(try await house.api.send(.get, path + "download/").status == 404)
        #expect(try Self.blobs(house) == 0)
      }
    }

    private static func project(_ api: API) async throws -> Int64 {
      try #require(try await api.post("/api/v1/projects/", ["name": "p"])["id"].int)
    }

    private static func quota(_ house: House) async throws -> JSON {
      try await house.host.command(
        "user", "create", "--username", "olga", "--tenant", "tests", "--role", "owner", "--password-stdin", input: "correct horse\n")
      let login = API(baseURL: house.host.baseURL, key: nil)
      let tokens = try await login.post("/api/v1/auth/token/", ["username": "olga", "password": "correct horse"], status: 200)
      return try await login.send(.get, "/api/v1/tenant/quota/", headers: ["Authorization": "Bearer \(tokens["access"].string ?? "")"]).json
    }

    /// How many blobs lie in the store.
    private static func blobs(_ house: House) throws -> Int {
      let root = house.host.data.appending(path: "state/artifacts-files/blobs")
      let all = FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil)
      return (all?.allObjects as? [URL] ?? []).filter { $0.lastPathComponent == "about.json" }.count
    }
  }
}

/// A multipart form with a file.
private struct Form {
  var fields: [String: String]
  var field = "file"
  var name: String? = "file.bin"
  var bytes: [UInt8] = Array("content".utf8)
  var isFileFirst = false
  /// Without the last boundary.
  var isCut = false

  static let boundary = "hive-core-boundary"

  var body: [UInt8] {
    var parts = fields.sorted { $0.key < $1.key }.map { part("name=\"\($0.key)\"", Array($0.value.utf8)) }
    if let name { parts.insert(part("name=\"\(field)\"; filename=\"\(name)\"", bytes), at: isFileFirst ? 0 : parts.count) }
    return parts.flatMap { $0 } + (isCut ? [] : Array("--\(Form.boundary)--\r\n".utf8))
  }

  private func part(_ disposition: String, _ bytes: [UInt8]) -> [UInt8] {
    Array("--\(Form.boundary)\r\nContent-Disposition: form-data; \(disposition)\r\n\r\n".utf8) + bytes + Array("\r\n".utf8)
  }
}

extension API {
  fileprivate func upload(_ form: Form, headers: [String: String] = [:]) async throws -> Answer {
    var request = HTTPClientRequest(url: baseURL + "/api/v1/files/upload/")
    request.method = .POST
    request.headers = HTTPHeaders(headers.map { ($0.key, $0.value) })
    request.headers.add(name: "Content-Type", value: "multipart/form-data; boundary=\(Form.boundary)")
    if let key { request.headers.add(name: "X-API-Key", value: key) }
    request.body = .bytes(ByteBuffer(bytes: form.body))
    let response = try await Self.http.execute(request, timeout: .seconds(120))
    return Answer(status: Int(response.status.code), body: Array(buffer: try await response.body.collect(upTo: 1 << 20)))
  }
}
