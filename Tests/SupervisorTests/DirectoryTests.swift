import Foundation
import Testing

@testable import Supervisor

/// Manifests beside each other.
struct DirectoryTests {
  private let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path

  private func write(_ name: String, _ text: String, mode: Int = 0o644) throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try text.write(toFile: folder + "/" + name, atomically: true, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: folder + "/" + name)
  }

  private func manifest(_ id: String, _ more: String = "", exec: String = "program") throws -> ManifestDirectory.Entry {
    let text = "id = \"\(id)\"\nversion = \"1\"\nexec = \"\(exec)\"\n\(more)"
    return ManifestDirectory.Entry(file: "\(id).toml", manifest: try Manifest(text, file: "\(id).toml"))
  }

  @Test func `a broken manifest disables its plugin only`() throws {
    try write("20-b.toml", "id = \"b\"\nversion = \"1\"\nexec = \"x\"\n")
    try write("10-a.toml", "id = \"a\"\nversion = \"1\"\nexec = \"x\"\n")
    try write("30-c.toml", "id = \"c\"\nversion = \"1\"\nexec = \"x\"\nqueue = 1\n")
    try write("40-d.toml", "id = \"a\"\nversion = \"1\"\nexec = \"x\"\n")
    try write("notes.txt", "not a manifest")
    let directory = try ManifestDirectory.load(folder)
    #expect(directory.entries.map(\.manifest.id) == ["a", "b"])
    #expect(
      directory.problems.map(\.description) == [
        "\(folder)/30-c.toml:4: unknown key 'queue'", "\(folder)/40-d.toml: id 'a' is taken by \(folder)/10-a.toml",
      ])
  }

  @Test func `the manifests we ship are sound, need only each other and make no ring`() throws {
    let shipped = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../plugins.d").standardizedFileURL
    let directory = try ManifestDirectory.load(shipped.path)
    #expect(directory.problems == [])
    #expect(directory.entries.count >= 8)
    let provided = Set(directory.entries.flatMap(\.manifest.provides))
    for entry in directory.entries { #expect(provided.isSuperset(of: entry.manifest.requires), "\(entry.manifest.id)") }
    #expect(StartOrder.waves(directory.entries.map(\.manifest)).cycles == [])
  }

  @Test func `a missing directory is said to be missing`() {
    let error = #expect(throws: ConfigProblem.self) { try ManifestDirectory.load("/nowhere/plugins.d") }
    #expect(error?.description == "/nowhere/plugins.d: the plugin directory cannot be read")
  }

  @Test func `programs are looked up beside hivecore and in libexec`() throws {
    try write("program", "", mode: 0o755)
    try write("text", "")
    let locator = ExecutableLocator(besideProgram: folder + "/hivecore")
    #expect(locator.directories == [folder, (folder as NSString).deletingLastPathComponent + "/libexec/hivecore"])
    #expect(locator.find("program") == folder + "/program")
    #expect(locator.find("text") == nil)
    #expect(locator.find("../\(folder)/program") == nil)
    #expect(locator.find("/bin/sh") == "/bin/sh")
    #expect(locator.find("/bin") == nil)
  }

  @Test func `a verdict names everything in the way of a start`() throws {
    try write("program", "", mode: 0o755)
    let verifier = ManifestVerifier(locator: ExecutableLocator(directories: [folder])) { _ in String(repeating: "0", count: 64) }
    let storage = try manifest("sqlite", "provides = [\"storage\"]")
    #expect(verifier.problems(of: storage, among: [storage]).isEmpty)
    let pin = String(repeating: "f", count: 64)
    let other = try manifest(
      "other", "provides = [\"storage\"]\nrequires = [\"storge\", \"storage\"]\nprotocol = \">=2\"\nsha256 = \"\(pin)\"")
    #expect(
      verifier.problems(of: other, among: [storage, other]).map(\.message) == [
        "sha256 of \(folder)/program is \(String(repeating: "0", count: 64)), the manifest pins \(pin)",
        "requires 'storge', which no enabled plugin provides, did you mean 'storage'?",
        "provides 'storage', of which there can be one: sqlite.toml provides it too",
        "'protocol' leaves out version 1, the one this host speaks",
      ])
    let missing = try manifest("missing", exec: "nowhere")
    #expect(verifier.problems(of: missing, among: []).map(\.message) == ["executable 'nowhere' not found in \(folder)"])
    let off = try manifest("off", "provides = [\"storage\"]\nenabled = false")
    #expect(verifier.problems(of: storage, among: [storage, off]).isEmpty)
  }

  @Test func `plugins start after those they need`() throws {
    let all = [
      try manifest("chat", "provides = [\"models\"]\nrequires = [\"storage\", \"llm\"]"),
      try manifest("execution", "requires = [\"storage\", \"models\", \"blobs\"]"),
      try manifest("llm", "provides = [\"llm\"]"), try manifest("sqlite", "provides = [\"storage\"]"),
    ].map(\.manifest)
    let (waves, cycles) = StartOrder.waves(all)
    #expect(waves == [["llm", "sqlite"], ["chat"], ["execution"]])
    #expect(cycles.isEmpty)
  }

  @Test func `plugins that need each other start together, and are named`() throws {
    let all = [
      try manifest("user", "requires = [\"a\"]"), try manifest("a", "provides = [\"a\"]\nrequires = [\"b\"]"),
      try manifest("b", "provides = [\"b\"]\nrequires = [\"a\"]"),
    ].map(\.manifest)
    let (waves, cycles) = StartOrder.waves(all)
    #expect(waves == [["a", "b"], ["user"]])
    #expect(cycles == [StartOrder.Cycle(ids: ["a", "b"])])
  }

  @Test(arguments: [
    ("64K", 65_536), ("256M", 268_435_456), ("2G", 2_147_483_648), ("7", 7), ("M", nil), ("-1", nil), ("9999999999T", nil), ("1.5M", nil),
  ])
  func `reads sizes`(_ text: String, _ count: Int?) { #expect(Quantity.byteCount(text) == count) }

  @Test(arguments: [
    ("250ms", Duration.milliseconds(250)), ("10s", .seconds(10)), ("5m", .seconds(300)), ("2h", .seconds(7200)), ("1d", .seconds(86_400)),
    ("10", nil), ("s", nil), ("-1s", nil), ("99999999999s", nil), ("1 s", nil),
  ])
  func `reads durations`(_ text: String, _ duration: Duration?) { #expect(Quantity.duration(text) == duration) }
}

struct OutputTests {
  @Test func `cuts output into lines of bounded length`() {
    var splitter = LineSplitter()
    #expect(splitter.feed(Array("one\r\ntw".utf8)) == ["one"])
    #expect(splitter.feed(Array("o\n\nthree".utf8)) == ["two", ""])
    #expect(splitter.finish() == "three")
    #expect(splitter.finish() == nil)
    let long = [UInt8](repeating: UInt8(ascii: "x"), count: LineSplitter.byteLimit + 100) + Array("\nnext\n".utf8)
    #expect(splitter.feed(long) == [String(repeating: "x", count: LineSplitter.byteLimit), "next"])
  }

  @Test func `keeps the last fifty lines`() {
    let tail = OutputTail()
    for number in 1...60 { tail.append("\(number)") }
    #expect(tail.lines == (11...60).map(String.init))
  }
}
