import JSONRPC
import PluginProtocol

extension DjangoImporter {
  /// A row that is to be added.
  private struct Draft {
    let old: JSON
    var values: JSONObject
    let tenant: String?
  }

  /// Adds the rows of one table that are not there yet.
  func add(_ table: ImportTable, _ folder: String, _ run: inout ImportRun) async throws {
    var line = ImportReport.Line(table: table.table)
    guard let file = ImportFile("\(folder)/\(table.table).jsonl") else {
      run.report.add(line)
      return
    }
    while true {
      let rows = try file.next(Self.batchRowLimit, byteLimit: Self.batchByteLimit)
      guard !rows.isEmpty else { break }
      line.read += rows.count
      try await recognise(table, rows, &run)
      let making = RowMaking(map: run.map, orphans: run.orphans)
      var drafts: [Draft] = []
      for row in rows {
        let old = row[table.keyColumn]
        if run.map.place(table.table, old) != nil {
          line.present += 1
          continue
        }
        do throws(RowMaking.Refusal) {
          let made = try making.values(row, table)
          drafts.append(Draft(old: old, values: made.values, tenant: made.tenant))
        } catch {
          line.skipped[error.reason, default: 0] += 1
        }
      }
      try await add(drafts, table, &run, &line)
    }
    run.report.add(line)
  }

  /// Puts those of the rows into the map that are here already.
  private func recognise(_ table: ImportTable, _ rows: [JSON], _ run: inout ImportRun) async throws {
    let unknown = rows.filter { run.map.place(table.table, $0[table.keyColumn]) == nil }
    guard !unknown.isEmpty else { return }
    switch table.key {
    case .uuid, .reference:
      let field = if case .reference(let column) = table.key { String(column.dropLast("_id".count)) } else { "id" }
      let ids = unknown.map { $0[table.keyColumn] }
      let isOwned = if case .global = table.owner { false } else { true }
      for row in try await store.rows(table.collection, [.isIn(field, ids)], isOwned ? [field, "tenant"] : [field]) {
        run.map.put(table.table, row[field], RowMap.Place(id: row[field], tenant: row["tenant"].string))
      }
    case .serial where table.table == "api_agent":
      // The catalogue of everybody: an agent with the same number is the same agent.
      let numbers = unknown.map { $0["agent_no"] }
      let found = try await store.rows("agent", [.isNull("tenant"), .isIn("agent_no", numbers)], ["id", "agent_no"])
      for row in unknown {
        guard let same = found.first(where: { $0["agent_no"] == row["agent_no"] }) else { continue }
        run.map.put(table.table, row["id"], RowMap.Place(id: same["id"], tenant: nil))
      }
    case .serial: return
    }
  }

  private func add(_ drafts: [Draft], _ table: ImportTable, _ run: inout ImportRun, _ line: inout ImportReport.Line) async throws {
    guard !drafts.isEmpty else { return }
    guard !options.isDryRun else {
      for draft in drafts { note(draft, id: draft.values["id"] ?? run.pretended(), table, &run, &line) }
      return
    }
    do throws(RPCError) {
      let ids = try await store.transact(steps(drafts, table, run.source))
      for (index, draft) in drafts.enumerated() { note(draft, id: ids[index * stepCount(table)]["ids"][0], table, &run, &line) }
    } catch {
      guard error.code == .application || error.code == .frameTooLarge else { throw error }
      guard drafts.count == 1 else {
        for draft in drafts { try await add([draft], table, &run, &line) }
        return
      }
      try await retry(drafts[0], error, table, &run, &line)
    }
  }

  /// One row that was refused: with the next number where that was the trouble, else it is left out.
  private func retry(
    _ draft: Draft, _ error: RPCError, _ table: ImportTable, _ run: inout ImportRun, _ line: inout ImportReport.Line
  ) async throws {
    guard let (field, within) = table.renumbers, error.applicationCode == "not_unique", draft.values[field]?.int != nil else {
      let reason = error.code == .frameTooLarge ? "is larger than a message may be" : error.message
      line.skipped[reason, default: 0] += 1
      return
    }
    var draft = draft
    draft.values[field] = StorageValue.next(table.collection, field, filter: [.eq(within, draft.values[within] ?? .null)])
    try await add([draft], table, &run, &line)
  }

  private func note(_ draft: Draft, id: JSON, _ table: ImportTable, _ run: inout ImportRun, _ line: inout ImportReport.Line) {
    line.added += 1
    run.map.put(table.table, draft.old, RowMap.Place(id: id, tenant: draft.tenant))
  }

  /// A counted row takes a second step, which remembers it.
  private func stepCount(_ table: ImportTable) -> Int { if case .serial = table.key { 2 } else { 1 } }

  private func steps(_ drafts: [Draft], _ table: ImportTable, _ source: String) -> [StorageStep] {
    drafts.enumerated().flatMap { index, draft -> [StorageStep] in
      let insert = StorageStep.insert(.init(table.collection, draft.values, as: "r\(index)"))
      guard case .serial = table.key else { return [insert] }
      let memory: JSONObject = [
        "source": .string(ImportStore.source(source, table.table, draft.old)), "target": StorageValue.ref("r\(index)"),
        "tenant": JSON(draft.tenant),
      ]
      return [insert, .insert(.init(Self.remembered, memory))]
    }
  }

  /// Fills in the references to rows that came later than the one that refers.
  func complete(_ table: ImportTable, _ folder: String, _ run: ImportRun) async throws {
    guard let file = ImportFile("\(folder)/\(table.table).jsonl") else { return }
    let making = RowMaking(map: run.map, orphans: nil)
    while true {
      let rows = try file.next(Self.batchRowLimit, byteLimit: Self.batchByteLimit)
      guard !rows.isEmpty else { return }
      var steps: [StorageStep] = []
      for row in rows {
        guard let place = run.map.place(table.table, row[table.keyColumn]) else { continue }
        for column in table.later where !row[column.column].isNull {
          guard let target = column.target, let value = try? making.reference(row[column.column], target, place.tenant) else { continue }
          var set: JSONObject = [column.field: value]
          if !row["updated_at"].isNull { set["updated_at"] = row["updated_at"] }
          steps.append(.update(.init(table.collection, filter: [.eq("$key", place.id), .isNull(column.field)], set: set)))
        }
      }
      if !steps.isEmpty { _ = try await store.transact(steps) }
    }
  }
}
