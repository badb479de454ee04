/// Settings of the event hub.
package struct EventConfig: Sendable {
  /// How many events a slow reader may lag behind before it is cut off.
  package var bufferLimit = 1000
  package var subscriberLimit = 20_000
  package var heartbeat: Duration = .seconds(15)
  /// How many events one catch-up read asks for.
  package var catchUpLimit = 500
  /// How long one stream may last before its client connects anew.
  package var streamLife: Duration = .seconds(3600)

  package init() {}
}
