package import Foundation

/// A certificate authority of the test's own, made by openssl in a temporary directory.
package struct CertificateAuthority: Sendable {
  package let folder: URL

  package struct Failure: Error, CustomStringConvertible {
    package let description: String
  }

  package init(in folder: URL) async throws {
    self.folder = folder
    try await Self.openssl([
      "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=Test CA", "-addext",
      "basicConstraints=critical,CA:TRUE", "-keyout", path("ca.key"), "-out", path("ca.pem"),
    ])
  }

  /// The file to trust.
  package var root: String { path("ca.pem") }

  /// Makes a certificate for 127.0.0.1 with the serial number, as NAME.pem and NAME.key.
  package func issue(_ name: String, serial: Int) async throws -> (certificate: String, key: String) {
    let request = path("\(name).csr")
    try await Self.openssl([
      "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=\(name)", "-keyout", path("\(name).key"),
      "-out",
      request,
    ])
    try Data("subjectAltName=IP:127.0.0.1\n".utf8).write(to: folder.appending(path: "san"))
    try await Self.openssl([
      "x509", "-req", "-in", request, "-CA", path("ca.pem"), "-CAkey", path("ca.key"), "-set_serial", "\(serial)", "-days", "2", "-extfile",
      path("san"), "-out", path("\(name).pem"),
    ])
    return (path("\(name).pem"), path("\(name).key"))
  }

  /// Puts the content of one file in place of another's, in one step.
  package static func replace(_ path: String, with other: String) throws {
    try Data(contentsOf: URL(filePath: other)).write(to: URL(filePath: path), options: .atomic)
  }

  private func path(_ name: String) -> String { folder.appending(path: name).path }

  private static func openssl(_ arguments: [String]) async throws {
    let result = try await RunningProcess.run(program: URL(filePath: "/usr/bin/env"), arguments: ["openssl"] + arguments)
    guard result.code == 0 else { throw Failure(description: "openssl \(arguments[0]): \(result.errors)") }
  }
}
