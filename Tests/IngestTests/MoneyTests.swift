import JSONRPC
import Testing

@testable import Ingest

@Suite struct MoneyTests {
  @Test(arguments: [
    ("0", "0.000000"), ("1.5", "1.500000"), ("0.0000005", "0.000000"), ("0.0000015", "0.000002"), ("0.00000050001", "0.000001"),
    ("2.5e-7", "0.000000"),
    ("1e3", "1000.000000"), ("0.9999999", "1.000000"), ("9.9999995", "10.000000"), ("0.1234565", "0.123456"), ("-0.0", "0.000000"),
  ])
  func `rounds half to even at six decimals`(literal: String, amount: String) throws {
    #expect(try Money.parse(JSON(parsing: literal), field: "cost_usd") == .string(amount))
    #expect(try Money.parse(.string(literal), field: "cost_usd") == .string(amount))
  }

  @Test(arguments: ["-0.1", "\"x\"", "\"\"", "true", "[]", "null", "\"1,5\"", "\"NaN\"", "1e999999999", "12345678901"])
  func `refuses what is no amount`(literal: String) throws {
    let json = try JSON(parsing: literal)
    let error = #expect(throws: RPCError.self) { try Money.parse(json, field: "cost_usd") }
    #expect(error?.data["status"] == 400)
    #expect(error?.data["body"]["cost_usd"].array?.count == 1)
  }
}
