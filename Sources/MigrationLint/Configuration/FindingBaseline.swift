/// Findings that were there when rules were taken up, and are passed over: a line for each, rule, path and fingerprint.
package struct FindingBaseline: Sendable, Hashable {
  private let entries: Set<Entry>

  private struct Entry: Sendable, Hashable {
    let rule: String
    let path: String
    let fingerprint: String
  }

  /// How many bytes a file of this kind may have.
  package static let longest = 16 << 20

  /// Those of some findings.
  package init(_ findings: [Finding]) {
    entries = Set(findings.map { Entry(rule: $0.rule, path: $0.path, fingerprint: $0.fingerprint) })
  }

  /// Reads a file's text; empty lines and lines that begin with `#` are nothing.
  ///
  /// - Returns: nil if a line is none of these, with the number of the first such line in `fault`.
  package init?(parsing text: String, fault: inout Int) {
    var entries: Set<Entry> = []
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let line = line.last == "\r" ? line.dropLast() : line
      if line.isEmpty || line.hasPrefix("#") { continue }
      let parts = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 3 else {
        fault = index + 1
        return nil
      }
      entries.insert(Entry(rule: parts[0], path: parts[2], fingerprint: parts[1]))
    }
    self.entries = entries
  }

  /// Whether a finding was there.
  package func contains(_ finding: Finding) -> Bool {
    entries.contains(Entry(rule: finding.rule, path: finding.path, fingerprint: finding.fingerprint))
  }

  /// The file's text, in an order that does not depend on the findings'.
  package var text: String {
    let lines = entries.map { "\($0.rule)\t\($0.fingerprint)\t\($0.path)" }.sorted()
    let head = "# Findings that `whimbrel lint --baseline` passes over: rule, fingerprint, path.\n"
    return head + lines.map { $0 + "\n" }.joined()
  }
}
