internal import MigrationCore

/// What `drift` is told by flags.
struct DriftOptions: Sendable, Equatable {
  /// A file that `save` has written, to compare with.
  var baseline: String?
  /// Where what is there now is written.
  var save: String?
  /// Objects that are not reported.
  var ignore: [DriftPattern] = []

  /// The names of the flags.
  static let flags: Set<String> = ["baseline", "save", "ignore"]

  /// Whether any was given.
  var isGiven: Bool { self != DriftOptions() }

  /// Takes in one flag; false if it is none of these.
  mutating func take(_ name: String, _ value: String) throws(CommandError) -> Bool {
    switch name {
    case "baseline": baseline = value
    case "save": save = value
    case "ignore":
      for text in value.split(separator: ",").map(String.init) {
        guard let pattern = DriftPattern(text), ignore.count < DriftPattern.most else {
          throw CommandError(
            .usage, "--ignore is '\(VisibleText.cell(value.prefix(80)))'.",
            nextStep: "Write kind/name with * and ?, such as index/public.tmp_*; at most \(DriftPattern.most) of them.")
        }
        ignore.append(pattern)
      }
    default: return false
    }
    return true
  }
}
