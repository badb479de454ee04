import FoundationEssentials

/// The manifests of a directory, in the order of their file names.
package struct ManifestDirectory: Sendable {
  package struct Entry: Sendable, Equatable {
    package let file: String
    package let manifest: Manifest

    package init(file: String, manifest: Manifest) {
      self.file = file
      self.manifest = manifest
    }
  }

  package let entries: [Entry]
  /// Of the files that are no manifests: each disables only the plugin it was to describe.
  package let problems: [ConfigProblem]

  package init(entries: [Entry], problems: [ConfigProblem]) {
    self.entries = entries
    self.problems = problems
  }

  /// A manifest is a page of text; more is a mistake.
  private static let byteLimit = 1 << 20

  /// - Throws: ``ConfigProblem`` when the directory itself cannot be read.
  package static func load(_ path: String) throws(ConfigProblem) -> ManifestDirectory {
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: path)
    } catch {
      throw ConfigProblem(file: path, line: nil, message: "the plugin directory cannot be read")
    }
    var entries: [Entry] = []
    var problems: [ConfigProblem] = []
    for name in names.sorted() where name.hasSuffix(".toml") && !name.hasPrefix(".") {
      do {
        let entry = try read(path + "/" + name)
        if let other = entries.first(where: { $0.manifest.id == entry.manifest.id }) {
          problems.append(ConfigProblem(file: entry.file, line: nil, message: "id '\(entry.manifest.id)' is taken by \(other.file)"))
        } else {
          entries.append(entry)
        }
      } catch {
        problems += error.problems
      }
    }
    return ManifestDirectory(entries: entries, problems: problems)
  }

  /// Takes out what is not to run here, and says why.
  ///
  /// - Parameter reason: nil for a manifest that may stay.
  package func refusing(_ reason: (Manifest) -> String?) -> ManifestDirectory {
    var kept: [Entry] = []
    var problems = problems
    for entry in entries {
      if let reason = reason(entry.manifest) {
        problems.append(ConfigProblem(file: entry.file, line: nil, message: reason))
      } else {
        kept.append(entry)
      }
    }
    return ManifestDirectory(entries: kept, problems: problems)
  }

  /// Reads one file.
  package static func read(_ file: String) throws(ConfigProblems) -> Entry {
    guard let data = FileManager.default.contents(atPath: file) else {
      throw ConfigProblems([ConfigProblem(file: file, line: nil, message: "cannot be read")])
    }
    guard data.count <= byteLimit, let text = String(data: data, encoding: .utf8) else {
      throw ConfigProblems([ConfigProblem(file: file, line: nil, message: "is not UTF-8 text of at most 1 MiB")])
    }
    return Entry(file: file, manifest: try Manifest(text, file: file))
  }
}
