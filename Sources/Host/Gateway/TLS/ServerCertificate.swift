import NIOSSL
import Synchronization

/// The gateway's certificate and key, from PEM files. They may be replaced while it serves: connections that are open keep theirs, new ones
/// get the new.
package final class ServerCertificate: Sendable {
  package struct Problem: Error, Sendable, CustomStringConvertible {
    package let file: String
    package let message: String
    package var description: String { "\(file): \(message)" }
  }

  private struct Current {
    /// The certificate, and behind it those that lead to its root.
    var chainFile: String
    var keyFile: String
    var context: NIOSSLContext
  }

  private let current: Mutex<Current>

  /// - Throws: ``Problem`` that names the file.
  package init(chainFile: String, keyFile: String) throws(Problem) {
    current = Mutex(Current(chainFile: chainFile, keyFile: keyFile, context: try Self.context(chainFile, keyFile)))
  }

  /// Reads the files again.
  ///
  /// - Parameters: other files than before; nil = the same.
  /// - Throws: ``Problem``; then the old certificate goes on serving.
  package func reload(chainFile: String? = nil, keyFile: String? = nil) throws(Problem) {
    let (old, oldKey) = files
    let (chain, key) = (chainFile ?? old, keyFile ?? oldKey)
    let context = try Self.context(chain, key)
    current.withLock { $0 = Current(chainFile: chain, keyFile: key, context: context) }
  }

  /// What it was read from.
  package var files: (chain: String, key: String) { current.withLock { ($0.chainFile, $0.keyFile) } }

  var context: NIOSSLContext { current.withLock { $0.context } }

  private static func context(_ chainFile: String, _ keyFile: String) throws(Problem) -> NIOSSLContext {
    let chain: [NIOSSLCertificate]
    do { chain = try NIOSSLCertificate.fromPEMFile(chainFile) } catch {
      throw Problem(file: chainFile, message: "holds no certificate in PEM form, or cannot be read")
    }
    guard !chain.isEmpty else { throw Problem(file: chainFile, message: "holds no certificate") }
    let key: NIOSSLPrivateKey
    do { key = try NIOSSLPrivateKey(file: keyFile, format: .pem) } catch {
      throw Problem(file: keyFile, message: "holds no private key in PEM form, or cannot be read")
    }
    var configuration = TLSConfiguration.makeServerConfiguration(
      certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
    configuration.minimumTLSVersion = .tlsv12
    configuration.applicationProtocols = ["http/1.1"]
    do { return try NIOSSLContext(configuration: configuration) } catch {
      throw Problem(file: keyFile, message: "is not the key of the certificate in \(chainFile)")
    }
  }
}
