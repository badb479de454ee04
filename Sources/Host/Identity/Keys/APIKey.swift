import Crypto
import JSONRPC

/// API keys: `hc_` and 32 random bytes in URL-safe base64. Only the hash is kept, and only keys made here exist: none that was
/// ever printed somewhere can be brought in.
enum APIKey {
  static let prefix = "hc_"

  /// A new key, 46 characters.
  static func make() -> String { prefix + RandomText.urlSafe(byteCount: 32) }

  static func hash(_ key: String) -> String { Hex.text(SHA256.hash(data: Array(key.utf8))) }

  /// What may be shown of a key later: its ends.
  static func masked(_ key: String) -> String { "\(key.prefix(7))…\(key.suffix(4))" }
}
