import Crypto
import Foundation
import JSONRPC

/// Tokens made without the house's own signer, so that reading them is really tested.
enum TestTokens {
  static func all(_ secret: String) async throws -> [String: String] {
    var tokens: [String: String] = [:]
    for (role, id) in [("owner", "1"), ("member", "2"), ("none", "3"), ("operator", "4"), ("inactive", "9"), ("gone", "99")] {
      tokens[role] = make(secret, claims(user: .string(id)))
    }
    tokens["number"] = make(secret, claims(user: 2))
    return tokens
  }

  static func claims(user: JSON, type: JSON = "access", jti: JSON = "0123456789abcdef0123456789abcdef", expiresIn: Int = 3600) -> JSONObject
  {
    let now = Int(Date().timeIntervalSince1970)
    var claims: JSONObject = ["iat": .int(now), "exp": .int(now + expiresIn)]
    if !user.isNull { claims["user_id"] = user }
    if !type.isNull { claims["token_type"] = type }
    if !jti.isNull { claims["jti"] = jti }
    return claims
  }

  static func make(_ secret: String, _ claims: JSONObject, header: JSON = ["alg": "HS256", "typ": "JWT"]) -> String {
    let input = "\(encode(header.bytes)).\(encode(JSON.object(claims).bytes))"
    let code = HMAC<SHA256>.authenticationCode(for: Array(input.utf8), using: SymmetricKey(data: Array(secret.utf8)))
    return "\(input).\(encode(Array(code)))"
  }

  static func sha256(_ text: String) -> String {
    SHA256.hash(data: Array(text.utf8)).map { String(format: "%02x", $0) }.joined()
  }

  private static func encode(_ bytes: [UInt8]) -> String {
    Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
  }
}
