/// What may come next in a command line of the plugin, for the Tab key: the binary under the name `kubectl_complete-whimbrel`.
///
/// kubectl, from 1.26 on, starts that with the words behind `kubectl whimbrel`, of which the last is the one to complete,
/// perhaps empty, and reads what cobra's `__complete` prints: a line each, then the directive.
struct PluginCompletion: Equatable {
  /// What completes the last word.
  enum Answer: Equatable {
    case commands
    case values([String])
    /// The names of the resources where these options lead.
    case resources(options: [String])
    case nothing
  }

  /// Options of the plugin's commands that take the next word.
  private static let valued: Set<String> = [
    "-n", "--namespace", "--kubeconfig", "--context", "-o", "--output", "--timeout", "--digest", "--by", "--for",
    "--since", "--tail", "--controller-namespace",
  ]
  /// Those of them that say where resources are.
  private static let places: Set<String> = ["-n", "--namespace", "--kubeconfig", "--context"]

  let answer: Answer

  /// Decides for the words behind `kubectl whimbrel`.
  init(_ words: [String]) {
    var places: [String] = []
    var named = 0
    var pending: String?
    for word in words.dropLast() {
      if let option = pending {
        if Self.places.contains(option) { places += [option, word] }
        pending = nil
      } else if Self.valued.contains(word) {
        pending = word
      } else if word.hasPrefix("-") {
        if let name = word.split(separator: "=").first, Self.places.contains(String(name)) { places.append(word) }
      } else {
        named += 1
      }
    }
    switch (pending, named) {
    case ("-o", _), ("--output", _): answer = .values(PluginOutput.Format.allCases.map(\.rawValue))
    case (.some, _): answer = .nothing
    case _ where words.last?.hasPrefix("-") == true: answer = .nothing
    case (_, 0): answer = .commands
    case (_, 1): answer = .resources(options: places)
    default: answer = .nothing
    }
  }

  /// The lines for kubectl: those of the candidates that begin with the word, and the directive 4, no names of files.
  static func lines(_ candidates: [(value: String, description: String)], beginningWith word: String) -> String {
    let lines = candidates.filter { $0.value.hasPrefix(word) }.map { candidate in
      candidate.description.isEmpty ? candidate.value : "\(candidate.value)\t\(candidate.description)"
    }
    return (lines + [":4"]).joined(separator: "\n") + "\n"
  }
}
