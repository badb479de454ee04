import Catalogue
import JSONRPC
import PluginProtocol

/// What the tenant has used of its limits (contract http.md, section 8.3). Rows of subsystems that are switched off count as none.
struct QuotaRoute: Sendable {
  let store: IdentityStore
  let catalogue: LiveCatalogue
  let clock: WallClock

  func show(_ request: IdentityRequest) async throws(RPCError) -> IdentityReply {
    let tenant = try TenantRoutes.tenantOfUser(request)
    let (start, end) = QuotaRoute.month(at: clock.seconds())
    let sums = try await sums(tenant, since: start, request.requestID)
    guard let row = try await store.row("tenant", [.eq("id", .string(tenant))], "detail", request.requestID) else {
      throw IdentityRefusal.notFound("No tenant associated with this user")
    }
    var tokens = QuotaRoute.gauge(used: sums.tokens, limit: row["max_tokens_per_month"].int ?? 0)
    tokens["resets_at"] = .string(end)
    return IdentityReply([
      "tokens": .object(tokens), "projects": .object(QuotaRoute.gauge(used: sums.projects, limit: row["max_projects"].int ?? 0)),
      "storage": [
        "used_bytes": .int(sums.fileBytes), "file_count": .int(sums.files), "artifact_bytes": .int(sums.artifactBytes),
        "artifact_count": .int(sums.artifacts),
      ],
      "agents": ["limit_per_project": row["max_agents_per_project"]], "period": ["start": .string(start), "end": .string(end)],
    ])
  }

  private struct Sums {
    var tokens: Int64 = 0, projects: Int64 = 0, files: Int64 = 0, fileBytes: Int64 = 0, artifacts: Int64 = 0, artifactBytes: Int64 = 0
  }

  /// One read for all that is there to be counted.
  private func sums(_ tenant: String, since start: String, _ requestID: String) async throws(RPCError) -> Sums {
    let mine = Condition.eq("tenant", .string(tenant))
    let snapshot = catalogue.snapshot
    var reads: [StorageRead] = []
    var takes: [@Sendable (JSON, inout Sums) -> Void] = []
    if snapshot.collection("usage_record") != nil {
      let filter: [Condition] = [mine, .compare(field: "timestamp", op: .ge, value: .string(start))]
      reads.append(.aggregate(.init("usage_record", filter: filter, measures: [.init("sum", .sum, "total_tokens")])))
      takes.append { reply, sums in sums.tokens = reply["rows"][0]["sum"].int ?? 0 }
    }
    if snapshot.collection("project") != nil {
      reads.append(.count(collection: "project", filter: [mine]))
      takes.append { reply, sums in sums.projects = reply["count"].int ?? 0 }
    }
    if let file = snapshot.collection("file") {
      // Delivered files show an artifact's bytes, which are counted there.
      let own = file.field("artifact") == nil ? [] : [Condition.eq("artifact", "")]
      reads.append(.aggregate(.init("file", filter: [mine] + own, measures: [.count("count"), .init("sum", .sum, "size")])))
      takes.append { reply, sums in (sums.files, sums.fileBytes) = (reply["rows"][0]["count"].int ?? 0, reply["rows"][0]["sum"].int ?? 0) }
    }
    if snapshot.collection("execution_artifact") != nil {
      reads.append(.aggregate(.init("execution_artifact", filter: [mine], measures: [.count("count"), .init("sum", .sum, "size_bytes")])))
      takes.append { reply, sums in
        (sums.artifacts, sums.artifactBytes) = (reply["rows"][0]["count"].int ?? 0, reply["rows"][0]["sum"].int ?? 0)
      }
    }
    var sums = Sums()
    guard !reads.isEmpty else { return sums }
    let results = try await store.read(.many(reads), requestID)["results"]
    for (index, take) in takes.enumerated() { take(results[index], &sums) }
    return sums
  }

  /// A limit of 0 is no limit.
  static func gauge(used: Int64, limit: Int64) -> JSONObject {
    let percent = limit == 0 ? 0 : (Double(used) / Double(limit) * 10_000).rounded() / 100
    let status = limit == 0 || percent < 80 ? "ok" : percent < 100 ? "warning" : "exceeded"
    return ["used": .int(used), "limit": .int(limit), "percent": .double(percent), "status": .string(status)]
  }

  /// The first instants of this UTC month and the next.
  static func month(at seconds: Int) -> (start: String, end: String) {
    let today = CivilDate(at: Int64(seconds) * WireDate.second)
    return (WireDate.text(today.startOfMonth.midnight), WireDate.text(today.startOfNextMonth.midnight))
  }
}
