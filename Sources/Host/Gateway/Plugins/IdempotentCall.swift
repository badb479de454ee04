import Catalogue
import Identity
import JSONRPC
import PluginProtocol

/// A POST that a method answers, under an `Idempotency-Key` (DECISIONS 14): claimed before the call, answered from what was kept after it.
///
/// The claim is a row, so that all hosts see it. A claim whose caller died counts as free once its time has passed; the call then runs
/// again under the same operation id, so that what storage did for the first one is not done twice.
struct IdempotentCall: Sendable {
  private static let collection = "idempotency_key"
  /// A larger answer is not kept: its repetition makes the call again, under the same operation id.
  private static let answerByteLimit = 1 << 20
  /// What a call may take beyond its method's time before its claim counts as abandoned.
  private static let slack = Duration.seconds(15)

  let plugins: any PluginCaller
  let visit: Visit
  let clock: WallClock
  let digest: String
  let body: [UInt8]
  /// The longest the call may take.
  let patience: Duration

  private var bodyDigest: String { Idempotency.digest(body) }
  private var filter: [Condition] { [.eq("digest", .string(digest))] }

  /// - Returns: the answer that was given before; nil when the call is to be made now.
  /// - Throws: 422 when the key came with another body, 409 while the first call runs.
  func claim() async throws(RPCError) -> MethodAnswer? {
    let claim: JSONObject = ["digest": .string(digest), "body_digest": .string(bodyDigest), "row": .string(visit.exchange.path)]
    do throws(RPCError) {
      try await transact([.insert(.init(IdempotentCall.collection, claim))])
      return nil
    } catch {
      guard error.applicationCode == "not_unique" else { throw error }
    }
    let shape = Shape.fields("body_digest", "answer", "created_at")
    let read = StorageRead.get(.init(IdempotentCall.collection, filter: filter, limit: 1, shape: .inline(shape)))
    let kept = try await plugins.call("storage.read", read.json, visit.context(timeout: patience))["row"]
    // Gone meanwhile: the first call failed.
    guard !kept.isNull else { return nil }
    guard kept["body_digest"].string == bodyDigest else { throw IdempotentCreate.reused }
    if let answer = kept["answer"].object {
      return MethodAnswer(status: answer["status"]?.int.flatMap { Int(exactly: $0) } ?? 200, body: answer["body"]?.bytes)
    }
    guard !isAbandoned(kept) else { return nil }
    throw .application(
      "idempotency_running", status: 409, "still running",
      body: ["error": "A request with this Idempotency-Key is still running.", "code": "idempotency_running"],
      more: ["headers": ["Retry-After": "1"]])
  }

  /// Keeps what was answered for repetitions. Without a kept answer a repetition makes the call again, under the same operation id.
  func keep(_ answer: MethodAnswer) async {
    var kept: JSONObject = ["status": .int(answer.status)]
    kept["body"] = answer.body.flatMap { try? JSON(parsing: $0) }
    do throws(RPCError) {
      guard (answer.body?.count ?? 0) <= IdempotentCall.answerByteLimit else { throw RPCError(.frameTooLarge, "the answer is too large") }
      try await transact([.update(.init(IdempotentCall.collection, filter: filter, set: ["answer": .object(kept)]))])
    } catch {
      await forget()
    }
  }

  /// Frees the key: the call failed and may be tried again.
  func forget() async {
    _ = try? await transact([.delete(collection: IdempotentCall.collection, filter: filter + [.isNull("answer")], expect: nil)])
  }

  private func isAbandoned(_ kept: JSON) -> Bool {
    guard let began = kept["created_at"].string.flatMap(WireDate.seconds) else { return true }
    return clock.seconds() - began > Int((patience + IdempotentCall.slack).components.seconds)
  }

  private func transact(_ steps: [StorageStep]) async throws(RPCError) {
    let context = visit.context(timeout: patience, operationID: Idempotency.once())
    let params: JSON = ["steps": .array(steps.map(\.json))]
    _ = try await plugins.call("storage.transact", params.bytes, context)
  }
}
