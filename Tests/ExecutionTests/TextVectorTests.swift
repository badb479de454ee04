import JSONRPC
import Testing

@testable import Execution

/// What is read from model text, as recorded. Source: contract vectors, text.jsonl.
@Suite struct TextVectorTests {
  @Test(arguments: Vector.rows("text.jsonl", "qa_report"))
  func `normalises QA reports as recorded`(vector: Vector) {
    let criteria = (vector.input["criteria"].array ?? []).map { Criterion(json: $0) }
    let report = QAReport(vector.input["report"], criteria: criteria).json
    let expected = vector.expected["criteria"].array ?? []
    #expect(report["criteria"].array?.count == expected.count)
    for (found, wanted) in zip(report["criteria"].array ?? [], expected) {
      for member in ["id", "name", "pass", "recommendation"] { #expect(found[member] == wanted[member]) }
      // The wording of our own reasons is free (DECISIONS 20).
      #expect(found["reason"] == wanted["reason"] || wanted["reason"] == "LLM 未返回详细判定")
    }
    let better = vector.row["better"]["overall_pass"]
    #expect(report["overall_pass"] == (better.isNull ? vector.expected["overall_pass"] : better))
    #expect(report["improvements"] == vector.expected["improvements"])
  }

  @Test(arguments: Vector.rows("text.jsonl", "file_block"))
  func `reads files as recorded`(vector: Vector) throws {
    let blocks = FileBlock.all(in: try #require(vector.input["text"].string))
    #expect(blocks.map(\.path) == texts(vector.expected["returned"]))
    for (block, wanted) in zip(blocks, vector.expected["registered"].array ?? []) {
      #expect(block.content == wanted["content"].string)
      #expect(block.description == wanted["description"].string || block.description.isEmpty)
    }
  }

  @Test(arguments: Vector.rows("text.jsonl", "error_files"))
  func `finds files in errors as recorded`(vector: Vector) {
    #expect(MentionedFiles.inErrors(texts(vector.input["errors"])) == texts(vector.expected["files"]))
  }
}
