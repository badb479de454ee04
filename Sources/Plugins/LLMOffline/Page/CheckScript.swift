/// A POSIX shell script that tests one requirement's part of the delivered files, a line a criterion.
struct CheckScript {
  let part: Part
  let criteria: [Criterion]

  var text: String {
    let header = """
      #!/bin/sh
      # Acceptance checks of \(part.id): \(part.title.oneLine)
      # Prints PASS or FAIL with the id of each criterion; ends with 1 if any failed.
      cd "$(dirname "$0")/.." || exit 2
      page=index.html
      failed=0
      part() { sed -n '/<section[^>]*data-requirement="\(part.id)"/,/<\\/section>/p' "$page"; }
      has() { part | grep -Fq -e "$1"; }
      count() { [ "$(part | grep -Fc -e "$1")" -ge "$2" ]; }
      page_has() { grep -Fq -e "$1" "$page"; }
      page_lacks() { [ -f "$page" ] && ! grep -Eiq -e "$1" "$page"; }
      check() {
        if "criterion_$1"; then printf 'PASS %s %s\\n' "$2" "$3"; else printf 'FAIL %s %s\\n' "$2" "$3"; failed=1; fi
      }
      """
    let checks = criteria.enumerated().flatMap { index, criterion in
      [
        "", "criterion_\(index + 1)() { \(command(criterion)); }",
        "check \(index + 1) \(Shell.quote(criterion.id)) \(Shell.quote(criterion.text))",
      ]
    }
    return ([header] + checks + ["", "exit $failed", ""]).joined(separator: "\n")
  }

  /// All tests of a criterion; the part must be there whatever else it asks for.
  private func command(_ criterion: Criterion) -> String {
    let present = PageTest.has("data-requirement=\"\(part.id)\"")
    return ([present] + criterion.tests).map { $0.command(for: part) }.joined(separator: " && ")
  }

  /// Runs every check of the project.
  static let runAll = """
    #!/bin/sh
    # Runs all acceptance checks: sh checks/run.sh
    cd "$(dirname "$0")" || exit 2
    failed=0
    for script in ./*.sh; do
      [ "$script" = ./run.sh ] || sh "$script" || failed=1
    done
    if [ "$failed" -eq 0 ]; then echo "All checks passed."; else echo "Some checks failed."; fi
    exit "$failed"

    """
}
