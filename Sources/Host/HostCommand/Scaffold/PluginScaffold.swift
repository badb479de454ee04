import Foundation
import JSONRPC
import Supervisor

/// A new plugin of a third party, as files: program, manifest, tests and README.
struct PluginScaffold: Sendable {
  enum Language: String, Sendable, CaseIterable {
    case python, swift
  }

  struct File: Sendable {
    /// From the plugin's folder.
    let path: String
    let text: String
    var isProgram = false
  }

  /// Why nothing was made.
  struct Refusal: Error, Equatable, CustomStringConvertible {
    let description: String
  }

  /// The plugin's id.
  let name: String
  let capability: String
  /// Absolute.
  let directory: String
  let files: [File]

  /// Capabilities that are more than a few methods, and where what they must do is written.
  private static let larger = [
    "storage": "docs/PROTOCOL.md, section 8", "bus": "docs/PROTOCOL.md", "blobs": "docs/PROTOCOL.md, section 11",
    "models": "docs/LLM.md, section 9", "selection": "docs/PROTOCOL.md, section 11",
  ]

  /// - Parameters:
  ///   - capability: `llm`, or one of its own; nil = the plugin's name.
  ///   - directory: absolute; made by ``write()``.
  ///   - kit: where a Swift plugin gets PluginKit from; nil = not known.
  init(_ name: String, capability: String?, language: Language, directory: String, kit: KitSource?) throws(Refusal) {
    guard Manifest.isName(name) else {
      throw Refusal(description: "a plugin's name is lower-case letters, digits and dashes, a letter first, at most 64: not \"\(name)\"")
    }
    let capability = capability ?? name
    guard Manifest.isName(capability) else {
      throw Refusal(description: "a capability's name is lower-case letters, digits and dashes, a letter first: not \"\(capability)\"")
    }
    if let place = Self.larger[capability] {
      throw Refusal(
        description: "there is no template for '\(capability)': what it must do is in \(place). Templates: llm, or a name of your own")
    }
    self.name = name
    self.capability = capability
    self.directory = directory
    let parts = ScaffoldParts(name: name, capability: capability, directory: directory)
    switch language {
    case .python: files = PythonTemplate(parts).files
    case .swift: files = try SwiftTemplate(parts, kit: kit).files
    }
  }

  /// Makes the folder and everything in it.
  ///
  /// - Throws: ``Refusal`` when something is there already: nothing is ever overwritten.
  func write() throws(Refusal) {
    let manager = FileManager.default
    if manager.fileExists(atPath: directory), (try? manager.contentsOfDirectory(atPath: directory))?.isEmpty != true {
      throw Refusal(description: "\(directory) is there already and is not an empty folder; nothing is overwritten")
    }
    for file in files {
      let url = URL(filePath: directory).appending(path: file.path)
      do {
        try manager.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(file.text.utf8).write(to: url, options: .withoutOverwriting)
        if file.isProgram { try manager.setAttributes([.posixPermissions: 0o755], ofItemAtPath: url.path) }
      } catch {
        throw Refusal(description: "\(url.path) cannot be written: \(error.localizedDescription)")
      }
    }
  }
}

/// Where a package finds PluginKit.
enum KitSource: Sendable, Equatable {
  /// A checkout of HiveCore.
  case path(String)
  /// A repository, its branch `main`.
  case url(String)

  /// - Parameter text: a path, or an address such as `https://…/hivecore.git`.
  init(_ text: String) {
    let isAddress = text.contains("://") || text.hasPrefix("git@")
    self = isAddress ? .url(text) : .path(URL(filePath: text).standardizedFileURL.path)
  }

  /// What SwiftPM calls the package: the last part of its address; a folder may have any name.
  var identity: String {
    guard case .url(let url) = self else { return "hivecore" }
    let address = url.hasSuffix(".git") ? String(url.dropLast(4)) : url
    return String(address.split { $0 == "/" || $0 == ":" }.last ?? "").lowercased()
  }
}

/// What the files of every language need.
struct ScaffoldParts: Sendable {
  let name: String
  let capability: String
  /// Absolute.
  let directory: String

  var isLLM: Bool { capability == "llm" }

  /// `price-list` as a Python module.
  var snakeName: String { name.replacing("-", with: "_") }

  /// `price-list` as a Swift type.
  var camelName: String { name.split(separator: "-").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined() }

  var manifestName: String { "60-\(name).toml" }

  /// A call that shows it works.
  var trial: String {
    isLLM
      ? #"hivecore plugin call \#(name) llm.complete --params '{"messages":[{"role":"user","content":"hello"}]}'"#
      : #"hivecore plugin call \#(name) \#(capability).hello --params '{"name":"Ada"}'"#
  }

  /// - Parameter concurrency: how many requests the program serves at once.
  func manifest(exec: String, concurrency: Int) -> PluginScaffold.File {
    PluginScaffold.File(
      path: manifestName,
      text: """
        # Copy to the host's plugins.d, then: hivecore reload. Every key: docs/OPERATIONS.md of HiveCore, "Manifests".
        id = "\(name)"
        version = "1.0.0"
        protocol = ">=1, <2"
        exec = \(JSON.string(exec).text)
        provides = ["\(capability)"]
        # The capabilities it may call, such as "storage".
        requires = []
        # Requests at once.
        concurrency = \(concurrency)

        [limits]
        memory = "128M"

        # As little as it can live with: no network, no file of the host but what it is made of.
        [sandbox]
        network = "none"
        read = []
        write = []

        """)
  }
}
