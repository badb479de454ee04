import Foundation
import Gateway
import Logging
import ServiceLifecycle

/// Reads the gateway's certificate again when its files change. Open connections are not touched.
struct CertificateService: Service {
  static let interval: Duration = .seconds(2)

  let certificate: ServerCertificate
  let logger: Logger

  /// What tells one state of the files from another.
  private struct Stamp: Equatable {
    var parts: [String]

    init(_ files: (chain: String, key: String)) {
      parts = [files.chain, files.key].map { file in
        let resolved = URL(filePath: file).resolvingSymlinksInPath().path
        let attributes = (try? FileManager.default.attributesOfItem(atPath: resolved)) ?? [:]
        let time = (attributes[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0
        return "\(resolved) \(time) \(attributes[.size] ?? 0) \(attributes[.systemFileNumber] ?? 0)"
      }
    }
  }

  /// A pair of files is replaced one after the other: what does not fit together yet is read again when it changes again.
  func run() async throws {
    await cancelWhenGracefulShutdown {
      var last = Stamp(certificate.files)
      while (try? await Task.sleep(for: Self.interval)) != nil {
        let stamp = Stamp(certificate.files)
        guard stamp != last else { continue }
        last = stamp
        reload()
      }
    }
  }

  private func reload() {
    do throws(ServerCertificate.Problem) {
      try certificate.reload()
      logger.notice("certificate read", metadata: ["file": "\(certificate.files.chain)"])
    } catch {
      logger.error("the certificate cannot be used; the old one goes on serving", metadata: ["problem": "\(error)"])
    }
  }
}
