import Glibc

/// Reads the tables of the original's database into files, for `hivecore import-django`: the host itself links no PostgreSQL.
///
/// usage: hivecore-django-reader DIRECTORY, with the database's address on stdin. Writes `TABLE.jsonl`, one row a line, for each table that
/// is there. All of it is one moment of the database.
@main
struct DjangoReaderMain {
  static func main() {
    let arguments = CommandLine.arguments
    guard arguments.count == 2, let url = readLine(strippingNewline: true), !url.isEmpty else {
      end("usage: hivecore-django-reader DIRECTORY, with the database's address on stdin", code: 64)
    }
    do throws(ReaderFailure) {
      let connection = try PostgresConnection(url)
      try connection.begin()
      for table in DjangoTable.all where try connection.has(table) { try connection.copy(table, to: "\(arguments[1])/\(table.name).jsonl") }
    } catch {
      end(error.message, code: 1)
    }
  }

  private static func end(_ message: String, code: Int32) -> Never {
    var text = message + "\n"
    text.withUTF8 { bytes in _ = unsafe write(STDERR_FILENO, bytes.baseAddress, bytes.count) }
    exit(code)
  }
}

/// Why the tables cannot be read, in the operator's words.
struct ReaderFailure: Error {
  let message: String
}
