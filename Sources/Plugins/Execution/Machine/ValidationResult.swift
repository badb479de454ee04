import JSONRPC

/// What the validation layer found in the files of one try.
struct ValidationResult: Sendable, Equatable {
  struct Finding: Sendable, Equatable {
    var path: String
    var message: String

    var json: JSON { ["path": .string(path), "message": .string(message)] }
  }

  var errors: [Finding] = []
  var warnings: [Finding] = []

  /// The static layer's score. Source: contract execution.md, section 6.
  var score: Double { max(0.5, 1 - 0.15 * Double(errors.count) - 0.02 * Double(warnings.count)) }

  var json: JSON {
    [
      "valid": .bool(errors.isEmpty), "score": .double(score), "errors": .array(errors.map(\.json)),
      "warnings": .array(warnings.map(\.json)),
    ]
  }

  init(errors: [Finding] = [], warnings: [Finding] = []) {
    self.errors = errors
    self.warnings = warnings
  }

  init(json: JSON) {
    errors = ValidationResult.findings(json["errors"])
    warnings = ValidationResult.findings(json["warnings"])
  }

  private static func findings(_ json: JSON) -> [Finding] {
    (json.array ?? []).map { Finding(path: $0["path"].string ?? "", message: $0["message"].string ?? "") }
  }
}
