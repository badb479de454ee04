import Glibc

/// What a 64-bit ELF program asks the dynamic loader for.
///
/// Source: the System V ABI, chapters "Program Header" and "Dynamic Linking".
struct ELFImage: Equatable {
  /// The dynamic loader; nil for a static program or a library.
  private(set) var interpreter: String?
  /// DT_NEEDED: names of libraries.
  private(set) var needed: [String] = []
  /// DT_RUNPATH, or the older DT_RPATH: folders, `$ORIGIN` not yet replaced.
  private(set) var runPaths: [String] = []

  private static let sizeLimit = 4 << 20

  private struct Segment {
    var type: UInt32
    var offset, address, size: UInt64
  }

  /// Nil when the file is not an ELF program of this machine's byte order.
  init?(path: String) {
    let file = Descriptor(unsafe open(path, O_RDONLY | O_CLOEXEC))
    let header = Self.read(file, at: 0, count: 64)
    guard header.starts(with: [0x7f, 0x45, 0x4c, 0x46, 2, 1]), header.count == 64 else { return nil }
    let entrySize = Int(header.integer(at: 54, UInt16.self))
    let count = Int(header.integer(at: 56, UInt16.self))
    guard entrySize >= 56 else { return nil }
    let table = Self.read(file, at: header.integer(at: 32, UInt64.self), count: entrySize * count)
    guard table.count == entrySize * count else { return nil }
    let segments = (0..<count).map { index in
      let start = index * entrySize
      return Segment(
        type: table.integer(at: start, UInt32.self), offset: table.integer(at: start + 8, UInt64.self),
        address: table.integer(at: start + 16, UInt64.self), size: table.integer(at: start + 32, UInt64.self))
    }
    if let segment = segments.first(where: { $0.type == 3 }) {
      interpreter = Self.read(file, at: segment.offset, count: Int(clamping: segment.size)).text(at: 0)
    }
    if let dynamic = segments.first(where: { $0.type == 2 }) { readDynamic(file, dynamic, segments) }
  }

  private mutating func readDynamic(_ file: Descriptor, _ dynamic: Segment, _ segments: [Segment]) {
    let table = Self.read(file, at: dynamic.offset, count: Int(clamping: dynamic.size))
    let entries = stride(from: 0, to: table.count - 15, by: 16).map { start in
      (tag: table.integer(at: start, UInt64.self), value: table.integer(at: start + 8, UInt64.self))
    }
    func value(_ tag: UInt64) -> UInt64? { entries.first { $0.tag == tag }?.value }
    guard let address = value(5), let size = value(10),
      let segment = segments.first(where: { $0.type == 1 && $0.address <= address && address - $0.address < $0.size })
    else { return }
    let strings = Self.read(file, at: address - segment.address + segment.offset, count: Int(clamping: size))
    needed = entries.filter { $0.tag == 1 }.compactMap { strings.text(at: Int(clamping: $0.value)) }
    let paths = (value(29) ?? value(15)).flatMap { strings.text(at: Int(clamping: $0)) } ?? ""
    runPaths = paths.split(separator: ":").map(String.init)
  }

  private static func read(_ file: Descriptor, at offset: UInt64, count: Int) -> [UInt8] {
    guard file.rawValue >= 0, count > 0, let start = off_t(exactly: offset) else { return [] }
    var bytes = [UInt8](repeating: 0, count: min(count, sizeLimit))
    let got = unsafe bytes.withUnsafeMutableBytes { unsafe pread(file.rawValue, $0.baseAddress, $0.count, start) }
    return Array(bytes.prefix(max(0, got)))
  }
}

extension [UInt8] {
  /// A little-endian number; 0 past the end.
  fileprivate func integer<Number: FixedWidthInteger>(at start: Int, _: Number.Type) -> Number {
    let size = MemoryLayout<Number>.size
    guard start >= 0, start + size <= count else { return 0 }
    return self[start..<start + size].reversed().reduce(0) { $0 << 8 | Number($1) }
  }

  fileprivate func text(at start: Int) -> String? {
    guard start < count else { return nil }
    return String(decoding: self[start...].prefix { $0 != 0 }, as: UTF8.self)
  }
}
