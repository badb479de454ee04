import JWTKit

/// The claims of our tokens (contract http.md, section 7). Readers demand none but what they check.
struct TokenClaims: JWTPayload, Equatable {
  enum Kind: String { case access, refresh }

  var tokenType: String?
  var expires: Int?
  var issued: Int?
  var id: String?
  /// As text, whether it was sent as text or as a number.
  var userID: String?

  init(_ kind: Kind, user: Int64, id: String, issued: Int, life: Duration) {
    tokenType = kind.rawValue
    self.issued = issued
    expires = issued + Int(life.components.seconds)
    self.id = id
    userID = "\(user)"
  }

  private enum CodingKeys: String, CodingKey {
    case tokenType = "token_type"
    case expires = "exp"
    case issued = "iat"
    case id = "jti"
    case userID = "user_id"
  }

  init(from decoder: any Decoder) throws {
    let claims = try decoder.container(keyedBy: CodingKeys.self)
    tokenType = try? claims.decodeIfPresent(String.self, forKey: .tokenType)
    expires = try claims.decodeIfPresent(Double.self, forKey: .expires).flatMap { Int(exactly: $0.rounded(.down)) }
    issued = try? claims.decodeIfPresent(Double.self, forKey: .issued).flatMap { Int(exactly: $0.rounded(.down)) }
    id = try? claims.decodeIfPresent(String.self, forKey: .id)
    if let number = try? claims.decodeIfPresent(Int64.self, forKey: .userID) {
      userID = "\(number)"
    } else {
      userID = try? claims.decodeIfPresent(String.self, forKey: .userID)
    }
  }

  /// The signature is jwt-kit's business; the claims are checked by ``TokenService``, which knows the time.
  func verify(using algorithm: some JWTAlgorithm) async throws {}
}
