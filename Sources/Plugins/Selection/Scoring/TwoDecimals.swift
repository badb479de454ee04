/// Two decimals, rounded as C does: from the exact binary value, half to even.
func twoDecimals(_ value: Double) -> String {
  guard value.magnitude < 1e13 else { return "\(value)" }
  let product = value.magnitude * 100
  let error = (-product).addingProduct(value.magnitude, 100)
  var whole = product.rounded(.down)
  let rest = product - whole
  if rest > 0.5 || (rest == 0.5 && (error > 0 || (error == 0 && whole.truncatingRemainder(dividingBy: 2) == 1))) { whole += 1 }
  let hundredths = Int64(whole)
  let cents = hundredths % 100
  return "\(value < 0 ? "-" : "")\(hundredths / 100).\(cents < 10 ? "0" : "")\(cents)"
}
