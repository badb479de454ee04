import CLinux
import Glibc

/// Becomes another program in this process: what the terminal and the caller see from now on is that program.
///
/// - Parameter arguments: the first is the program's name.
/// - Returns: only when it could not: the errno's words.
package func becomeProgram(_ path: String, arguments: [String]) -> String {
  var words: [UnsafeMutablePointer<CChar>?] = unsafe arguments.map { unsafe strdup($0) }
  unsafe words.append(nil)
  return errnoText(unsafe hive_execute(path, words))
}
