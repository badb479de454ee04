import Crypto
import JSONRPC

/// Capability `blobs`.
enum BlobChecks {
  static let all: [Check] = [
    Check("blobs.roundtrip", "11", "gives back what was put, whatever its size: bytes, size, digest, type") { stage in
      try await stage.ready { trial in
        for size in [0, 1, 65_536, 2_500_000] {
          let bytes = Blob.bytes(size)
          let put = try await trial.put("round \(size)", bytes)
          try trial.require(put["key"] == .string("round \(size)") && put["size"] == .int(size), "key and size \(size)", put)
          try trial.require(put["sha256"].string == Blob.digest(bytes), "the digest \(Blob.digest(bytes))", put)
          let (got, found) = try await trial.get("round \(size)")
          try trial.require(found == bytes, "the \(size) bytes that were put", .string("\(found.count) bytes"))
          try trial.require(
            got == .object((put.object ?? [:]).merging(["content_type": "text/x-conformance"])), "key, size, sha256 and content_type", got)
        }
      }
    },
    Check("blobs.overwrite", "11", "keeps the last of two blobs under one key") { stage in
      try await stage.ready { trial in
        try await trial.put("twice", Blob.bytes(100))
        try await trial.put("twice", Array("second".utf8))
        let found = try await trial.get("twice").bytes
        try trial.require(found == Array("second".utf8), "the second", .string(Shown.text(found)))
      }
    },
    Check("blobs.ranges", "11", "gives a part: from an offset, of a length, no more than there is") { stage in
      try await stage.ready { trial in
        let bytes = Blob.bytes(1_000)
        try await trial.put("part", bytes)
        for (offset, length) in [(0, 10), (990, 10), (990, 100), (500, 0), (1_000, 10), (5_000, 10)] {
          let (got, found) = try await trial.get("part", ["offset": .int(offset), "length": .int(length)])
          let wanted = Array(bytes.dropFirst(offset).prefix(length))
          try trial.require(found == wanted, "\(wanted.count) bytes from \(offset) on", .string("\(found.count) bytes"))
          try trial.require(got["size"] == 1_000, "the size of the whole", got)
        }
        let rest = try await trial.get("part", ["offset": 400]).bytes
        try trial.require(rest == Array(bytes.dropFirst(400)), "all from 400 on", .string("\(rest.count) bytes"))
      }
    },
    Check("blobs.missing", "11", "answers not_found (404) for what is not there, and says whether it deleted something") { stage in
      try await stage.ready { trial in
        try await trial.isMissing("nothing")
        try await trial.put("gone", [1])
        for wanted in [true, false] {
          let deleted = try await trial.result("blobs.delete", ["key": "gone"], meta: stage.meta())
          try trial.require(deleted == ["deleted": .bool(wanted)], #"{"deleted":\#(wanted)}"#, deleted)
        }
        try await trial.isMissing("gone")
      }
    },
    Check("blobs.tenants", "11", "confines keys to their tenant, and serves nobody without one") { stage in
      try await stage.ready { trial in
        try await trial.put("mine", Array("mine".utf8))
        let other: JSONObject = ["tenant": "bbbbbbbb-0000-4000-8000-000000000002"]
        try await trial.isMissing("mine", other)
        let deleted = try await trial.result("blobs.delete", ["key": "mine"], meta: stage.meta(other))
        try trial.require(deleted == ["deleted": false], #"{"deleted":false} for another tenant"#, deleted)
        let found = try await trial.get("mine").bytes
        try trial.require(found == Array("mine".utf8), "the blob, still there", .string(Shown.text(found)))
        try await trial.refusal(.denied, "blobs.get", ["key": "mine"], meta: ["deadline_ms": 10_000])
      }
    },
    Check("blobs.keys", "11", "takes any text as a key, and keys that look like paths lead nowhere else") { stage in
      try await stage.ready { trial in
        let keys = ["../escape", "/etc/passwd", "a/b/c", "a", "日本 👩‍🚀", String(repeating: "k", count: 500), "a b%2F..\\"]
        for key in keys { try await trial.put(key, Array(key.utf8)) }
        for key in keys {
          let found = try await trial.get(key).bytes
          try trial.require(found == Array(key.utf8), "what was put under \(key)", .string(Shown.text(found)))
        }
        try await trial.refusal(.invalidParams, "blobs.get", [:], meta: stage.meta())
        try await trial.refusal(.invalidParams, "blobs.get", ["key": 7], meta: stage.meta())
      }
    },
    Check("blobs.url", "11", "gives a link, or null") { stage in
      try await stage.ready { trial in
        try await trial.put("linked", [1])
        let link = try await trial.result("blobs.url", ["key": "linked", "expires_in": 60], meta: stage.meta())
        try trial.require(
          link["url"].isNull && link.object?["url"] != nil || link["url"].string?.hasPrefix("http") == true, "a link or null", link)
      }
    },
    Check("blobs.cancel", "11", "leaves nothing of a put that is cancelled half-way") { stage in
      try await stage.ready { trial in
        let id = trial.request("blobs.put", ["key": "half", "content_type": "text/plain", "stream": true], meta: stage.meta())
        trial.chunk(Blob.bytes(1_000), of: id)
        trial.notify("$/cancel", ["id": .int(id)])
        try await trial.isOver(id)
        try await trial.isMissing("half")
      }
    },
    Check("blobs.durable", "11", "has on disk what it acknowledged, also after kill -9") { stage in
      let folder = try stage.makeFolder()
      defer { stage.remove(folder) }
      let bytes = Blob.bytes(10_000)
      try await stage.ready(in: folder) { trial in try await trial.put("kept", bytes) }
      try await stage.ready(in: folder) { trial in
        let found = try await trial.get("kept").bytes
        try trial.require(found == bytes, "the blob that was put before the kill", .string("\(found.count) bytes"))
      }
    },
  ]
}

enum Blob {
  /// Bytes of no pattern, the same for the same count.
  static func bytes(_ count: Int) -> [UInt8] {
    var state = UInt64(truncatingIfNeeded: count) &+ 1
    return (0..<count).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return UInt8(truncatingIfNeeded: state >> 56)
    }
  }

  static func digest(_ bytes: [UInt8]) -> String { Hex.text(SHA256.hash(data: bytes)) }
}

extension Trial {
  private var owner: JSONObject {
    ["tenant": .string(Stage.tenant), "deadline_ms": 60_000, "operation_id": "conformance-1"]
  }

  /// - Returns: the result.
  @discardableResult
  func put(_ key: String, _ bytes: [UInt8]) async throws -> JSON {
    let params: JSON = ["key": .string(key), "content_type": "text/x-conformance", "stream": true]
    let id = request("blobs.put", params, meta: owner)
    try await upload(bytes, to: id)
    guard case .result(let result) = try await answer(to: id) else {
      throw Disproof(expected: "the blob's key, size and sha256", came: "an error for \(key)")
    }
    return result
  }

  fileprivate func get(_ key: String, _ part: JSONObject = [:]) async throws -> (result: JSON, bytes: [UInt8]) {
    let id = request("blobs.get", .object((["key": .string(key)] as JSONObject).merging(part)), meta: owner)
    try await download(id)
    switch try await answer(to: id) {
    case .result(let result): return (result, transcript.read { $0.streams[id]?.bytes ?? [] })
    case .failure(let error): throw Disproof(expected: "the blob \(key)", came: Shown.text(error.json))
    }
  }

  fileprivate func isMissing(_ key: String, _ more: JSONObject = [:]) async throws {
    let error = try await refusal(.application, "blobs.get", ["key": .string(key)], meta: owner.merging(more))
    try require(error.applicationCode == "not_found" && error.data["status"] == 404, "not_found with status 404", error.json)
  }

  /// One chunk of a stream of params.
  fileprivate func chunk(_ bytes: [UInt8], of id: Int64) {
    transcript.change { $0.uploads[id, default: .init()].sent += bytes.count }
    notify("$/chunk", ["id": .int(id), "side": "params", "data": .string(Base64.text(bytes))])
  }
}
