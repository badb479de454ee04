import Crypto
import CryptoExtras
import FoundationEssentials

/// Stored passwords. Ours are `scrypt_hmac$N$salt$r$p$base64`: HMAC-SHA256 under the key scrypt derives, so that the key's bytes are never
/// handled. Django's `scrypt` and `pbkdf2_sha256` strings are also read: imported accounts work.
struct PasswordHash {
  private enum Scheme {
    case scrypt(rounds: Int, blockSize: Int, parallelism: Int, isKeyed: Bool)
    case pbkdf2(iterations: Int)
  }

  private let scheme: Scheme
  private let salt: String
  private let stored: Data

  /// - Returns: nil for a string that is no hash, or one whose cost no honest writer would choose.
  init?(_ text: String) {
    let parts = text.split(separator: "$", omittingEmptySubsequences: false).map(String.init)
    guard let last = parts.last, let stored = Data(base64Encoded: last), stored.count >= 16, parts.count >= 4 else { return nil }
    switch parts[0] {
    case "scrypt", "scrypt_hmac":
      guard parts.count == 6, let rounds = Int(parts[1]), let blockSize = Int(parts[3]), let parallelism = Int(parts[4]),
        (2...1 << 20).contains(rounds), rounds & (rounds - 1) == 0, (1...32).contains(blockSize), (1...16).contains(parallelism)
      else { return nil }
      scheme = .scrypt(rounds: rounds, blockSize: blockSize, parallelism: parallelism, isKeyed: parts[0] == "scrypt_hmac")
    case "pbkdf2_sha256":
      guard parts.count == 4, let iterations = Int(parts[1]), (1...10_000_000).contains(iterations) else { return nil }
      scheme = .pbkdf2(iterations: iterations)
    default: return nil
    }
    salt = parts[2]
    self.stored = stored
  }

  /// A new hash: with N = 2^14 it takes 16 MiB and five passes, one of OWASP's settings.
  static func make(_ password: String, salt: String, rounds: Int) throws -> String {
    let (blockSize, parallelism) = (8, 5)
    let key = try scrypt(password, salt, rounds, blockSize, parallelism, byteCount: 32)
    let code = Data(HMAC<SHA256>.authenticationCode(for: message, using: key))
    return "scrypt_hmac$\(rounds)$\(salt)$\(blockSize)$\(parallelism)$\(code.base64EncodedString())"
  }

  /// Compares in constant time.
  func matches(_ password: String) -> Bool {
    switch scheme {
    case .scrypt(let rounds, let blockSize, let parallelism, let isKeyed):
      let byteCount = isKeyed ? 32 : stored.count
      guard let key = try? PasswordHash.scrypt(password, salt, rounds, blockSize, parallelism, byteCount: byteCount) else { return false }
      guard isKeyed else { return key == SymmetricKey(data: stored) }
      return HMAC<SHA256>.isValidAuthenticationCode(stored, authenticating: PasswordHash.message, using: key)
    case .pbkdf2(let iterations):
      let key = try? KDF.Insecure.PBKDF2.deriveKey(
        from: Array(password.utf8), salt: Array(salt.utf8), using: .sha256, outputByteCount: stored.count, unsafeUncheckedRounds: iterations
      )
      return key == SymmetricKey(data: stored)
    }
  }

  private static let message = Array("hivecore password".utf8)

  private static func scrypt(
    _ password: String, _ salt: String, _ rounds: Int, _ blockSize: Int, _ parallelism: Int, byteCount: Int
  ) throws -> SymmetricKey {
    try KDF.Scrypt.deriveKey(
      from: Array(password.utf8), salt: Array(salt.utf8), outputByteCount: byteCount, rounds: rounds, blockSize: blockSize,
      parallelism: parallelism)
  }
}
