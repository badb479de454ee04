/// The numbers by which the catalogue is searched for a role. Source: contract http.md, section 17.
struct LibraryRules: Sendable, Equatable {
  /// Role and duty contain one another.
  var role = 0.3
  /// A word of the role stands in the duty.
  var roleWord = 0.15
  var skills = 0.4
  var domains = 0.3
  /// The least score worth showing.
  var threshold = 0.10
}
