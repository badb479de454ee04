import JSONRPC

/// What a requirement will be delivered as.
struct BlueprintReply {
  private let brief: Brief

  init(_ input: JSON) { brief = Brief(input) }

  var json: JSON {
    let ids = JSON((brief.input["criteria"].array ?? []).compactMap { $0["id"].string })
    let existing = Set((brief.input["files"].array ?? []).compactMap { $0.string ?? $0["path"].string })
    let own: [(path: String, description: Localized)] =
      [("index.html", Localized("The page with this requirement's section", "包含该需求区块的页面"))]
      + (brief.ownsShell
        ? [
          ("README.md", Localized("What was delivered and how to check it", "交付内容与验收方法")),
          ("checks/run.sh", Localized("Runs all acceptance checks", "运行全部验收检查")),
        ] : []) + [(brief.checkPath, Localized("Acceptance checks of this requirement", "该需求的验收检查"))]
    let plan = own.enumerated().map { index, file -> JSON in
      let covers = file.path == "index.html" || file.path == brief.checkPath
      let modify = existing.contains(file.path) || (file.path == "index.html" && !brief.ownsShell)
      return [
        "path": .string(file.path), "description": .string("\(file.description(brief.language)): \(brief.requirement.title)"),
        "action": modify ? "modify" : "create", "priority": .int(index + 1), "criteria_ids": covers ? ids : [],
        "dependencies": file.path == brief.checkPath ? ["index.html"] : [],
      ]
    }
    return [
      "requirement_id": .string(brief.requirement.id), "artifact_type": "web",
      "deliverable_pitch": .string(
        brief.language == .english
          ? "A section of the self-contained page: \(brief.requirement.title)" : "自包含页面中的一个区块：\(brief.requirement.title)"),
      "generation_mode": "stepwise", "files_plan": .array(plan), "check_command": .string("sh \(brief.checkPath)"),
    ]
  }
}

/// Three to five criteria of a requirement, one for each standard that was agreed and then what its component is known for.
struct CriteriaReply {
  private let brief: Brief

  init(_ input: JSON) { brief = Brief(input) }

  var json: JSON {
    let agreed = (brief.input["delivery_standards"].array ?? brief.input["requirement"]["delivery_standards"].array ?? []).prefix(20)
    let component = brief.component
    var criteria: [JSONObject] = []
    var known: Set<String> = []
    for standard in agreed {
      guard let text = (standard.string ?? standard["content"].string)?.oneLine, !text.isEmpty else { continue }
      let match = component.standard(meaning: text)
      if let match { known.insert(match.text.english) }
      var criterion = criterion(text, number: criteria.count + 1, tested: match != nil)
      if !standard["id"].isNull { criterion["delivery_standard_id"] = standard["id"] }
      criteria.append(criterion)
    }
    for standard in component.allStandards where criteria.count < 3 && !known.contains(standard.text.english) {
      criteria.append(criterion(standard.text(brief.language), number: criteria.count + 1, tested: true))
    }
    return ["criteria": .array(criteria.map(JSON.object))]
  }

  private func criterion(_ text: String, number: Int, tested: Bool) -> JSONObject {
    let method =
      switch (brief.language, tested) {
      case (.english, true): "\(brief.checkPath) looks for it in the delivered files"
      case (.english, false): "\(brief.checkPath) looks for the statement in the section; a person confirms the rest"
      case (.chinese, true): "\(brief.checkPath) 在交付文件中检查"
      case (.chinese, false): "\(brief.checkPath) 检查区块中是否写明；其余由人确认"
      }
    return [
      "id": .string("\(brief.requirement.id).\(number)"), "title": .string(text.cut(80)), "description": .string(text),
      "test_method": .string(method),
    ]
  }
}

/// The whole as one spec: the page first, everything else upon it.
struct SpecReply {
  private let input: JSON

  init(_ input: JSON) { self.input = input }

  var json: JSON {
    var given = (input["requirements"].array ?? []).filter { !($0["content"].string ?? $0["title"].string ?? "").trimmed().isEmpty }
    let added = input["requirement"].string ?? ""
    let known = given.map { $0["content"].string ?? "" }
    let agreed = known.enumerated().map { Extractor.Known(id: .int($0.offset), content: $0.element, standards: []) }
    for found in Extractor(existing: agreed).extract(added) {
      if let index = found.id?.int {
        given[Int(index)] = .object((given[Int(index)].object ?? [:]).merging(["content": .string(found.content)]))
      } else {
        given.append(["content": .string(found.content), "delivery_standards": JSON(found.standards)])
      }
    }
    let requirements = given.prefix(50).enumerated().map { index, json in requirement(json, index, of: given) }
    let ids = requirements.compactMap { $0["id"]?.string }
    let first = given.first?["content"].string ?? added
    let language = Language.of((known + [added]).joined(separator: " "))
    let title = Subject(of: first).name
    return [
      "summary": .string(
        language == .english
          ? "\(title): a self-contained web page with \(ids.count) agreed requirements" : "\(title)：包含 \(ids.count) 项约定需求的自包含网页"),
      "title": .string(title), "language": .string(language.rawValue), "project_type": "web",
      "requirements": .array(requirements.map(JSON.object)),
      "dependency_edges": .array(ids.dropFirst().compactMap { id in ids.first.map { [.string($0), .string(id)] } }),
      "tech_stack": ["frontend": "HTML, CSS, JavaScript", "backend": "", "database": ""], "clarification_questions": [],
    ]
  }

  private func requirement(_ json: JSON, _ index: Int, of given: [JSON]) -> JSONObject {
    let text = (json["content"].string ?? json["title"].string ?? "").oneLine
    func id(_ index: Int) -> String { given[index]["id"].string.map(Part.id) ?? "REQ-\(Brief.padded(index + 1))" }
    var object: JSONObject = [
      "id": .string(id(index)), "title": .string(Phrases.title(of: text)), "summary": .string(text),
      "category": .string(["page", "other"].contains(Component.meant(by: text, first: index == 0).kind) ? "frontend" : "ui"),
      "priority": index == 0 ? "high" : "medium", "depends_on": index == 0 ? [] : [.string(id(0))],
    ]
    if json["id"].string == nil, !json["id"].isNull { object["source_id"] = json["id"] }
    if let standards = json["delivery_standards"].array { object["delivery_standards"] = .array(standards) }
    return object
  }
}

/// How the parts fit together.
struct ContractReply {
  private let brief: Brief

  init(_ input: JSON) { brief = Brief(input) }

  var json: JSON {
    [
      "project_name": .string(brief.title),
      "file_structure": [
        "backend": [:],
        "frontend": ["root": ".", "app_entry": "index.html", "views_dir": ".", "components_dir": ".", "api_dir": ""],
        "checks": ["root": "checks"],
      ], "api_endpoints": [], "data_models": [], "frontend_api_mapping": [],
      "import_conventions": ["index.html": "one slot for each requirement, marked by comments; nothing is loaded from elsewhere"],
      "check_commands": ["sh checks/run.sh"],
    ]
  }
}

/// Who should build it: one front-end developer, for these are parts of one page.
struct TeamReply {
  private let language: Language

  init(_ input: JSON) { language = Language.of(input.text) }

  var json: JSON {
    [
      "complexity": "low", "needs_collaboration": false, "required_roles": ["frontend_dev"], "optional_roles": ["qa"],
      "collaboration_mode": "single",
      "reasoning": .string(
        language == .english
          ? "A part of one static page needs one front-end developer. (Judged by rules: HiveCore's built-in offline model.)"
          : "静态页面的一个区块，一名前端开发者即可完成。（由 HiveCore 内置离线模型按规则判断。）"),
      "new_agent_specs": [],
    ]
  }
}
