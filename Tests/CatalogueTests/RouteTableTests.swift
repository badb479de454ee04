import Catalogue
import JSONRPC
import PluginProtocol
import Testing

@Suite struct RouteTableTests {
  private func table(_ paths: [(String, String)]) throws -> RouteTable {
    var table = RouteTable()
    for (method, path) in paths {
      let route = try MountedRoute(RouteSpec(method, path, .read, .rpc(method: path, raw: false)), of: "p")
      #expect(table.insert(route) == nil)
    }
    return table
  }

  private func found(_ table: RouteTable, _ path: String) -> (path: String, values: [String])? {
    guard let match = table.match(path.split(separator: "/").map(String.init)), let route = match.routes.values.first else { return nil }
    return (route.pattern.text, match.values)
  }

  @Test(arguments: [
    ("/agents/", "/agents/"), ("/agents/5/", "/agents/{id:int}/"), ("/agents/create-metaso/", "/agents/create-metaso/"),
    ("/agents/5/detail-panel/", "/agents/{id:int}/detail-panel/"), ("/rounds/6F9619FF-8B86-D011-B42D-00C04FC964FF/", "/rounds/{id:uuid}/"),
    ("/by/some/", "/by/{kind}/"), ("/agents/99999999999999999999/", "/agents/{id:int}/"),
  ]) func `finds the route of a path`(_ path: String, _ expected: String) throws {
    #expect(try found(table(Self.routes), path)?.path == expected)
  }

  @Test(arguments: [
    "/agents/abc/", "/agents/5/other/", "/rounds/5/", "/rounds/xyz/", "/", "/agents/create-metaso/detail-panel/", "/agents/-5/",
  ])
  func `a wrong type or an unknown path leads nowhere`(_ path: String) throws {
    #expect(try found(table(Self.routes), path) == nil)
  }

  @Test func `a literal hides the placeholder beside it, also for its methods`() throws {
    let match = try #require(try table(Self.routes).match(["agents", "create-metaso"]))
    #expect(match.routes.keys.sorted() == ["POST"])
  }

  @Test func `placeholders come typed, and numbers past 64 bits are told`() throws {
    let table = try table(Self.routes)
    let match = try #require(table.match(["agents", "12"]))
    let route = try #require(match.routes["GET"])
    #expect(match.parameters(of: route) == ["id": 12])
    #expect(match.isBeyondReach == false)
    #expect(try #require(table.match(["agents", "99999999999999999999"])).isBeyondReach)
  }

  @Test(arguments: ["agents/", "/agents", "/{id:float}/", "/{}/", "/a{b}/", "/{id}/x/{id}/"]) func `refuses a malformed path`(
    _ path: String
  ) {
    #expect(throws: RoutePattern.Failure.self) { try RoutePattern(path) }
  }

  static let routes = [
    ("GET", "/agents/"), ("GET", "/agents/{id:int}/"), ("POST", "/agents/create-metaso/"), ("GET", "/agents/{id:int}/detail-panel/"),
    ("GET", "/rounds/{id:uuid}/"), ("GET", "/by/{kind}/"),
  ]
}
