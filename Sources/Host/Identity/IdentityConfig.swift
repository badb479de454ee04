/// Settings of the identity room.
package struct IdentityConfig: Sendable {
  /// Signs tokens; secret, at least 32 bytes.
  package var secret: String
  package var accessLife: Duration = .seconds(24 * 3600)
  package var refreshLife: Duration = .seconds(7 * 24 * 3600)
  /// How long a used refresh token still answers with the pair it bought.
  package var reuseGrace: Duration = .seconds(10)
  /// How long a credential that was found good is believed without asking storage.
  package var cacheLife: Duration = .seconds(2)
  package var cacheCountLimit = 10_000
  /// Failed logins of one user name from one address within ``loginWindow``.
  package var loginFailureLimit = 10
  package var loginWindow: Duration = .seconds(600)
  /// scrypt's N, a power of two: how much a new password hash costs.
  package var passwordRounds = 1 << 14

  package static let secretByteMinimum = 32

  package struct WeakSecret: Error, CustomStringConvertible {
    package var description: String { "the secret that signs tokens must have at least \(IdentityConfig.secretByteMinimum) bytes" }
  }

  /// - Throws: ``WeakSecret`` for fewer than 32 bytes.
  package init(secret: String) throws(WeakSecret) {
    guard secret.utf8.count >= IdentityConfig.secretByteMinimum else { throw WeakSecret() }
    self.secret = secret
  }
}
