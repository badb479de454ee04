package import JSONRPC
import PluginProtocol

/// The words of validation errors: clients show them, so they are fixed to the byte (contract http.md, section 3).
package enum Messages {
  package static let required = "This field is required."
  package static let null = "This field may not be null."
  package static let blank = "This field may not be blank."
  package static let string = "Not a valid string."
  package static let nullCharacters = "Null characters are not allowed."
  package static let integer = "A valid integer is required."
  package static let number = "A valid number is required."
  package static let boolean = "Must be a valid boolean."
  package static let url = "Enter a valid URL."
  package static let uuid = "Must be a valid UUID."
  package static let datetime =
    "Datetime has wrong format. Use one of these formats instead: YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z]."
  package static let filterReference = "Select a valid choice. That choice is not one of the available choices."
  package static let noData = "No data provided"

  package static func maxLength(_ limit: Int) -> String { "Ensure this field has no more than \(limit) characters." }
  package static func maximum(_ limit: Int64) -> String { "Ensure this value is less than or equal to \(limit)." }
  package static func minimum(_ limit: Int64) -> String { "Ensure this value is greater than or equal to \(limit)." }
  package static func digits(_ limit: Int) -> String { "Ensure that there are no more than \(limit) digits in total." }
  package static func places(_ limit: Int) -> String { "Ensure that there are no more than \(limit) decimal places." }
  package static func wholeDigits(_ limit: Int) -> String { "Ensure that there are no more than \(limit) digits before the decimal point." }
  package static func choice(_ value: String) -> String { "\"\(value)\" is not a valid choice." }
  package static func filterChoice(_ value: String) -> String {
    "Select a valid choice. \(value) is not one of the available choices."
  }
  package static func noRow(_ key: String) -> String { "Invalid pk \"\(key)\" - object does not exist." }
  package static func keyType(_ value: JSON) -> String { "Incorrect type. Expected pk value, received \(value.typeName)." }
  package static func list(_ value: JSON) -> String { "Expected a list of items but got type \"\(value.typeName)\"." }
  package static func leastElements(_ count: Int) -> String { "Ensure this field has at least \(count) elements." }
  package static func mostElements(_ count: Int) -> String { "Ensure this field has no more than \(count) elements." }
  package static let slash = "This name may not contain a slash."
  package static func object(_ value: JSON) -> String { "Expected a dictionary of items but got type \"\(value.typeName)\"." }
  package static func body(_ value: JSON) -> String { "Invalid data. Expected a dictionary, but got \(value.typeName)." }
  package static func noMatch(_ model: String) -> String { "No \(model) matches the given query." }
  package static func uniqueSet(_ fields: [String]) -> String { "The fields \(fields.joined(separator: ", ")) must make a unique set." }
  package static func unique(_ model: String, _ label: String) -> String { "\(model) with this \(label) already exists." }
}
