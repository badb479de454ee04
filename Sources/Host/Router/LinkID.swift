/// One incarnation of a plugin, connected.
package struct LinkID: Sendable, Hashable, CustomStringConvertible {
  package let plugin: String
  package let incarnation: Int

  package init(plugin: String, incarnation: Int) {
    self.plugin = plugin
    self.incarnation = incarnation
  }

  package var description: String { "\(plugin)#\(incarnation)" }
}
