package import JSONRPC
package import PluginProtocol

/// Runs the steps of one `storage.transact` on a session; the caller makes them all or nothing.
package struct Transaction {
  let session: any SQLSession
  let compiler: Compiler
  /// What `$ref` finds.
  var named: [String: JSONObject] = [:]
  /// The events appended, as they are announced after the commit.
  package private(set) var events: [JSON] = []
  /// Whether a job may have become ready.
  package private(set) var touchesJobs = false

  package init(session: any SQLSession, compiler: Compiler) {
    self.session = session
    self.compiler = compiler
  }

  var scope: Scope { compiler.scope }
  var schema: Schema { compiler.schema }
  var reader: ValueReader { ValueReader(now: scope.now) }

  /// A failure with the step it happened in.
  package struct Failure: Error, Sendable, Equatable {
    package let step: Int
    package let error: StorageError
    package var rpc: RPCError { error.rpc(step: step) }
  }

  /// - Returns: `{"results":[…]}`, one result a step.
  package mutating func run(_ steps: [StorageStep]) throws(Failure) -> [UInt8] {
    var out = Array("{\"results\":[".utf8)
    for (index, step) in steps.enumerated() {
      if index > 0 { out.append(UInt8(ascii: ",")) }
      do { try run(step, to: &out) } catch { throw Failure(step: index, error: error) }
      guard out.count <= ReplyLimit.bytes else { throw Failure(step: index, error: .tooLarge(byteLimit: ReplyLimit.bytes)) }
    }
    out.append(contentsOf: "]}".utf8)
    return out
  }

  private mutating func run(_ step: StorageStep, to out: inout [UInt8]) throws(StorageError) {
    switch step {
    case .insert(let insert): try run(insert, to: &out)
    case .update(let update): try run(update, to: &out)
    case .upsert(let upsert): try run(upsert, to: &out)
    case .delete(let collection, let filter, let expect): try delete(collection, filter, expect, to: &out)
    case .expect(let expectation): try run(expectation, to: &out)
    case .read(let read): try ReadRunner(session: session, compiler: compiler).run(resolve(read), to: &out)
    case .event(let event): try append(event, to: &out)
    case .enqueue(let job):
      touchesJobs = true
      let id = try JobTable(session: session).enqueue(job, payload: resolveDeep(job.payload), scope)
      if let name = job.name { named[name] = ["id": .string(id)] }
      JSON.object(["id": .string(id)]).write(to: &out)
    case .complete(let job, let epoch):
      touchesJobs = true
      try JobTable(session: session).complete(job, epoch: epoch, scope)
      out.append(contentsOf: "{}".utf8)
    case .cancel(let job):
      touchesJobs = true
      out.append(contentsOf: "{\"count\":\(try JobTable(session: session).cancel(job, scope))}".utf8)
    case .fence(let job, let epoch):
      try JobTable(session: session).fence(job, epoch: epoch, scope)
      out.append(contentsOf: "{}".utf8)
    }
  }

  private func run(_ expectation: StorageStep.Expectation, to out: inout [UInt8]) throws(StorageError) {
    let count = Int(try session.number(compiler.count(expectation.collection, resolve(expectation.filter))))
    guard count >= expectation.minimum, count <= expectation.maximum ?? .max else {
      throw .expectation(tag: expectation.tag, count: count, error: expectation.error)
    }
    out.append(contentsOf: "{\"count\":\(count)}".utf8)
  }

  private mutating func append(_ event: StorageStep.Event, to out: inout [UInt8]) throws(StorageError) {
    var event = event
    event.data = resolveDeep(event.data)
    event.round = resolveDeep(event.round)
    event.project = resolveDeep(event.project)
    let appended = try EventLog(session: session).append(event, scope)
    events.append(appended.announcement)
    out.append(contentsOf: "{\"seq\":\(appended.seq.map(String.init) ?? "null"),\"position\":\(appended.position)}".utf8)
  }

  /// A write's count must be what its sender expected.
  func check(_ expect: StorageStep.Expected?, _ count: Int) throws(StorageError) {
    guard let expect, expect.count != count else { return }
    throw .expectation(tag: expect.tag, count: count, error: .null)
  }
}
