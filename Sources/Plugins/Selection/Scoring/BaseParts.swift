/// One number for each part of the base score: weights, or values.
struct BaseParts: Sendable, Equatable {
  var performance: Double
  var recognition: Double
  var brandCertified: Double
  var metasoGenerated: Double
  var fault: Double

  static let defaultWeights = BaseParts(performance: 0.25, recognition: 0.15, brandCertified: 0.10, metasoGenerated: 0.05, fault: 0.10)

  /// In the order the sums run.
  var named: [(name: String, value: Double)] {
    [
      ("performance", performance), ("recognition", recognition), ("brand_certified", brandCertified),
      ("metaso_generated", metasoGenerated), ("fault", fault),
    ]
  }
}
