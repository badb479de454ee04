package import Logging
package import NIOCore
package import Router

/// What a plugin's runner works with; the same for all plugins of a host.
package struct PluginEnvironment: Sendable {
  package let router: MessageRouter
  package let spawner: any PluginSpawning
  package let verifier: ManifestVerifier
  package let secrets: SecretResolver
  /// The values of `$STATE` and the like for a plugin.
  package let variables: @Sendable (_ plugin: String) -> PathVariables
  package let hooks: PluginHooks
  /// Reads what plugins print; not the router's, which has better things to do.
  package let outputLoop: any EventLoop
  package let logger: Logger

  package init(
    router: MessageRouter, spawner: any PluginSpawning, verifier: ManifestVerifier, secrets: SecretResolver,
    variables: @escaping @Sendable (_ plugin: String) -> PathVariables, hooks: PluginHooks = PluginHooks(), outputLoop: any EventLoop,
    logger: Logger
  ) {
    self.router = router
    self.spawner = spawner
    self.verifier = verifier
    self.secrets = secrets
    self.variables = variables
    self.hooks = hooks
    self.outputLoop = outputLoop
    self.logger = logger
  }
}
