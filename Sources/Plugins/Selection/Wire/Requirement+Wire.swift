import JSONRPC

extension Requirement {
  init(_ value: JSON, path: String = "requirement") throws(WireError) {
    let reader = try WireReader(value, path)
    for field in RequirementField.allCases { names[field] = try reader.terms(field.name) }
    if let constraints = try reader.reader("hard_constraints") {
      hardConstraints.tools = try constraints.terms("required_tools")
      hardConstraints.certifications = try constraints.terms("required_certifications")
      hardConstraints.complianceTags = try constraints.terms("required_compliance_tags")
    }
    weightOverrides = try reader.weights("weight_overrides")
    notes = try reader.text("notes") ?? ""
  }
}
