internal import Support

/// One fault that was made, and what came of it.
package struct FaultRecord: Sendable {
  /// The fault's name.
  package let fault: String
  /// Which round of the fault it belongs to, from 1.
  package let round: Int
  /// When it happened, and what exactly it was.
  package var moment: String
  package var detail = ""
  /// How many migrations were applied by then, of how many.
  package var applied = 0
  package var total = 0
  /// From the fault, or from its end, to the next progress; nil if none came.
  package var recovery: Duration?
  /// What went wrong, with this fault or with its round.
  package var problems: [String] = []

  /// A fault of which nothing is known yet.
  package init(fault: String, round: Int, moment: String) {
    self.fault = fault
    self.round = round
    self.moment = moment
  }

  /// Whether the work went on and nothing was lost or done twice.
  package var isSurvived: Bool { recovery != nil && problems.isEmpty }

  /// One line for people.
  package var line: String {
    let outcome =
      isSurvived ? "recovered in \((recovery ?? .zero).inSeconds) s" : "FAILED: \(problems.joined(separator: "; "))"
    return "\(moment), at \(applied)/\(total), \(detail): \(outcome)"
  }

  /// One line for a table of another program.
  package var row: String {
    let fields = [
      fault, "\(round)", moment, "\(applied)", "\(total)", detail, recovery?.inSeconds ?? "",
      problems.joined(separator: "; "),
    ]
    return fields.map { "\"\($0.split(separator: "\"").joined(separator: "'"))\"" }.joined(separator: ",")
  }

  /// The titles of its columns.
  package static let header = "fault,round,moment,applied,total,detail,recovery_seconds,problems"
}

extension Duration {
  /// Seconds with two decimals.
  package var inSeconds: String {
    let hundredths = Int(self / .milliseconds(10))
    let rest = String(hundredths % 100)
    return "\(hundredths / 100).\(rest.count == 1 ? "0" : "")\(rest)"
  }
}
