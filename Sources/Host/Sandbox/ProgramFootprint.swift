import Glibc

/// The files a program needs beside the system's own folders, and how to call it.
package struct ProgramFootprint: Sendable, Equatable {
  /// The program to execute and the first words of its argv: for a script its interpreter and itself.
  package private(set) var executable: String
  package private(set) var argv: [String]
  /// Files and folders to show read-only.
  package private(set) var paths: [String]

  /// Folders that every private root shows anyway.
  static let systemFolders = ["/lib/", "/lib64/", "/lib32/", "/usr/lib/", "/usr/lib64/", "/usr/lib32/"]
  private static let libraryLimit = 256

  /// Looks at a program: an ELF executable, or a script whose first line names one.
  ///
  /// - Throws: ``SpawnError/invalid(_:)`` when it is neither.
  package init(of path: String) throws(SpawnError) {
    guard let real = resolvedPath(path) else { throw .invalid("\(path) does not exist") }
    guard unsafe access(real, X_OK) == 0 else { throw .invalid("\(path) is not executable") }
    if let image = ELFImage(path: real) {
      (executable, argv, paths) = (real, [real], [real] + Self.libraries(of: real, image))
      return
    }
    let line = try Self.interpreterLine(real)
    guard let interpreter = resolvedPath(line[0]), let image = ELFImage(path: interpreter) else {
      throw .invalid("\(path): its interpreter \(line[0]) is not a program")
    }
    // A Python environment is known by the path its interpreter is called by, which is a link.
    let environment = parentDirectory(parentDirectory(line[0]))
    let isEnvironment = unsafe access("\(environment)/pyvenv.cfg", R_OK) == 0
    executable = isEnvironment ? line[0] : interpreter
    argv = line + [real]
    paths = [interpreter] + Self.libraries(of: interpreter, image) + Self.standardLibrary(of: interpreter) + [real]
    if isEnvironment { paths += [environment, line[0]] }
  }

  /// The words after `#!`, with `env NAME` replaced by the program it would find.
  private static func interpreterLine(_ path: String) throws(SpawnError) -> [String] {
    guard let bytes = readSmallFile(path), bytes.starts(with: [0x23, 0x21]) else {
      throw .invalid("\(path) is neither an ELF program nor a script")
    }
    let line = String(decoding: bytes.dropFirst(2).prefix { $0 != 0x0a && $0 != 0x0d }, as: UTF8.self)
    var words = line.split(separator: " ", omittingEmptySubsequences: true).map(String.init)
    guard let first = words.first else { throw .invalid("\(path): its first line names no interpreter") }
    if first.hasSuffix("/env") {
      words.removeFirst()
      if words.first == "-S" { words.removeFirst() }
      guard let name = words.first else { throw .invalid("\(path): its first line names no interpreter") }
      guard let found = lookUp(name) else { throw .invalid("\(path): its interpreter \(name) is not installed") }
      words[0] = found
    }
    return words
  }

  /// The first real program of that name; shims that are scripts themselves would need the whole machine.
  private static func lookUp(_ name: String) -> String? {
    let candidates: [String] = SandboxProfile.searchPath.split(separator: ":").map { "\($0)/\(name)" }
    return candidates.first { ELFImage(path: $0) != nil }
  }

  /// An interpreter outside the system's folders brings its own library along: `PREFIX/lib` of `PREFIX/bin/NAME`.
  private static func standardLibrary(of interpreter: String) -> [String] {
    let prefix = parentDirectory(parentDirectory(interpreter))
    guard prefix != "/", prefix != "/usr" else { return [] }
    return ["\(prefix)/lib"].filter { unsafe access($0, R_OK) == 0 }
  }

  /// The libraries that the loader would find through run paths, transitively. Those in the system's folders need no mention.
  private static func libraries(of program: String, _ image: ELFImage) -> [String] {
    var found: [String] = []
    var waiting = [(path: program, image: image)]
    while let next = waiting.popLast(), found.count < libraryLimit {
      let origin = parentDirectory(resolvedPath(next.path) ?? next.path)
      let folders = next.image.runPaths.map { $0.replacing("${ORIGIN}", with: origin).replacing("$ORIGIN", with: origin) }
      for name in next.image.needed {
        let candidates: [String] = folders.map { "\($0)/\(name)" }
        guard let library = candidates.first(where: { unsafe access($0, R_OK) == 0 }), !found.contains(library) else { continue }
        if !systemFolders.contains(where: library.hasPrefix) { found.append(library) }
        if let image = ELFImage(path: library) { waiting.append((library, image)) }
      }
    }
    return found
  }
}
