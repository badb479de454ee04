import JSONRPC
import Testing

@testable import Selection

@Suite struct VocabularyTests {
  @Test(arguments: Vectors.names)
  func `a name comes to its core form, a text to its keywords`(row: Vectors.Row) throws {
    let input = try #require(row.json["input"].string)
    let vocabulary = Vocabulary.standard
    switch row.json["kind"].string {
    case "skill": #expect(vocabulary.skill(Term(input)).text == row.json["expected"].string)
    case "domain": #expect(vocabulary.domain(Term(input)).text == row.json["expected"].string)
    case "keywords": #expect(JSON(vocabulary.keywords(of: input).sortedTexts) == row.json["expected"])
    default: Issue.record("unknown kind")
    }
  }

  @Test func `the tables in the program are those of the contract`() throws {
    let tables = try Vectors.vocabulary()
    let vocabulary = Vocabulary.standard
    for (core, spellings) in tables["skill_names"].object?.members ?? [] {
      for spelling in [core] + (spellings.array ?? []).compactMap(\.string) { #expect(vocabulary.skill(Term(spelling)).text == core) }
    }
    for (core, spellings) in tables["domain_names"].object?.members ?? [] {
      for spelling in [core] + (spellings.array ?? []).compactMap(\.string) { #expect(vocabulary.domain(Term(spelling)).text == core) }
    }
    #expect(JSON(vocabulary.coreSkills.map(\.text)) == JSON(tables["skill_names"].object?.names ?? []))
    #expect(JSON(vocabulary.roles.map(\.name.text)) == tables["role_order"])
    for role in vocabulary.roles { #expect(JSON(role.capabilities.sortedTexts) == tables["roles"][role.name.text]) }
    #expect(
      JSON(vocabulary.stopWords.sortedTexts) == JSON((tables["stop_words"].array ?? []).compactMap(\.string).map { Term($0) }.sortedTexts))
  }

  @Test func `texts compare by code point, not by canonical equivalence`() {
    #expect(Term("é") != Term("e\u{301}"))
    #expect(Term("\u{FF5E}") < Term("\u{1F600}"))
    #expect(Term(" \u{3000}Python\n").folded == "python")
  }
}
