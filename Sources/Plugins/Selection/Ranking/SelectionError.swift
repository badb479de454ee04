/// Why there is no decision. None of these leaves a round in the log.
enum SelectionError: String, Error, Sendable {
  case negativeBatchIndex = "negative_batch_index"
  case staticWeightsNotPositive = "static_weights_not_positive"
  case requirementWeightsNotPositive = "requirement_weights_not_positive"
  case overrideNotInBatch = "override_not_in_batch"

  var message: String {
    switch self {
    case .negativeBatchIndex: "The batch index is negative."
    case .staticWeightsNotPositive: "The base weights of an agent must add up to more than zero."
    case .requirementWeightsNotPositive: "The weights of the requirement must add up to more than zero."
    case .overrideNotInBatch: "The agent chosen by the user is not in this batch."
    }
  }
}
