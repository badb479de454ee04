import FoundationEssentials
import JSONRPC
import JWTKit

/// Signs and reads tokens: HS256, no other algorithm, no leeway.
struct TokenService: Sendable {
  private let keys: JWTKeyCollection
  private let clock: WallClock

  init(secret: String, clock: WallClock) async {
    keys = JWTKeyCollection()
    self.clock = clock
    // Sorted members: the same claims give the same token, which a second use of a refresh token relies on.
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    await keys.add(
      hmac: HMACKey(from: secret), digestAlgorithm: .sha256, serializer: DefaultJWTSerializer(jsonEncoder: encoder))
  }

  func sign(_ claims: TokenClaims) async throws(RPCError) -> String {
    do {
      return try await keys.sign(claims)
    } catch {
      throw RPCError(.internal, "a token could not be signed")
    }
  }

  /// - Throws: the first ``TokenFault``, in the order: signature, expiry, id, type.
  func read(_ token: String, _ kind: TokenClaims.Kind) async throws(TokenFault) -> TokenClaims {
    guard token.utf8.count <= 8192, TokenService.algorithm(of: token) == "HS256" else { throw .invalid }
    let claims: TokenClaims
    do { claims = try await keys.verify(token, as: TokenClaims.self) } catch { throw .invalid }
    guard let expires = claims.expires else { throw .invalid }
    guard expires > clock.seconds() else { throw .expired }
    guard let id = claims.id, !id.isEmpty else { throw .noID }
    guard let type = claims.tokenType else { throw .noType }
    guard type == kind.rawValue else { throw .wrongType }
    return claims
  }

  /// jwt-kit takes its own algorithm whatever the header says; we want the header to say it too.
  private static func algorithm(of token: String) -> String? {
    let parts = token.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 3 else { return nil }
    var base64 = String(parts[0]).replacing("-", with: "+").replacing("_", with: "/")
    base64 += String(repeating: "=", count: (4 - base64.count % 4) % 4)
    guard let data = Data(base64Encoded: base64), let header = try? JSON(parsing: Array(data), depthLimit: 4) else { return nil }
    return header["alg"].string
  }
}
