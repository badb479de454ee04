/// What a new password must be.
enum PasswordRule {
  static let characterMinimum = 8
  static let byteLimit = 1024

  /// Why a password is refused, in the words of the answer; nil = it is fine.
  static func fault(_ password: String) -> String? {
    if password.unicodeScalars.count < characterMinimum { return "Ensure this field has at least \(characterMinimum) characters." }
    if password.utf8.count > byteLimit { return "Ensure this field has no more than \(byteLimit) bytes." }
    return nil
  }
}
