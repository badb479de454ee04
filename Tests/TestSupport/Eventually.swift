/// A condition that did not come true in time.
package struct Timeout: Error, CustomStringConvertible {
  package let what: String
  package var description: String { "waited in vain for \(what)" }
}

/// Waits for a condition: asks again and again until it gives a value.
///
/// - Throws: ``Timeout`` past the deadline, and what the condition throws at once.
@discardableResult
package func eventually<Value>(
  _ what: String, within limit: Duration = .seconds(20), _ condition: () async throws -> Value?
) async throws -> Value {
  let deadline = ContinuousClock.now + limit
  while true {
    if let value = try await condition() { return value }
    guard ContinuousClock.now < deadline else { throw Timeout(what: what) }
    try await Task.sleep(for: .milliseconds(10))
  }
}
