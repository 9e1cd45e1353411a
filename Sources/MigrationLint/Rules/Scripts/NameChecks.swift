internal import MigrationCore

extension Rule {
  /// What `file-name` looks for.
  static func checkNames(_ context: DirectoryContext) -> [Remark] {
    var remarks: [Remark] = []
    for (index, entry) in context.entries.enumerated() {
      switch entry.meaning {
      case .invalid(let reason):
        remarks.append(Remark(0..<0, "\(entry.name) is not run: \(reason).", file: index))
      case .migration(let name):
        if let fault = vagueness(name.description, context.settings) {
          remarks.append(Remark(0..<0, "\(entry.name) \(fault)", level: .warning, file: index))
        }
      default: break
      }
    }
    return remarks + duplicates(context) + order(context) + mixedVersions(context)
  }

  private static func vagueness(_ description: String, _ settings: LintSettings) -> String? {
    let words = description.lowercased().split(separator: " ").map(String.init)
    guard !words.isEmpty else { return "has no description." }
    let telling = words.filter { word in
      let stem = String(word.reversed().drop { $0.isNumber }.reversed())
      return !stem.isEmpty && !settings.vagueDescriptions.contains(stem)
    }
    return telling.isEmpty ? "has a description that does not say what it does." : nil
  }

  private static func duplicates(_ context: DirectoryContext) -> [Remark] {
    var first: [String: String] = [:]
    var remarks: [Remark] = []
    for (index, entry) in context.entries.enumerated() {
      guard case .migration(let name) = entry.meaning else { continue }
      // The order of entries puts equal versions next to each other; `label` spells them as written.
      let key = "\(name.kind) \(name.version.map(normalized) ?? name.description)"
      if let other = first[key] {
        remarks.append(Remark(0..<0, "\(entry.name) and \(other) are both \(name.label).", file: index))
      } else {
        first[key] = entry.name
      }
    }
    return remarks
  }

  /// `1.0`, `01` and `1` are one version.
  private static func normalized(_ version: MigrationVersion) -> String {
    var parts = version.description.split(separator: ".").map { part in String(part.drop { $0 == "0" }) }
    while parts.last?.isEmpty == true { parts.removeLast() }
    return parts.joined(separator: ".")
  }

  /// A new file below one that was there is ignored where that was applied.
  private static func order(_ context: DirectoryContext) -> [Remark] {
    let versioned = context.entries.enumerated().compactMap { index, entry -> (Int, MigrationVersion, Bool)? in
      guard case .migration(let name) = entry.meaning, name.kind == .versioned, let version = name.version else {
        return nil
      }
      return (index, version, entry.change == .added)
    }
    let highest = versioned.filter { !$0.2 }.map(\.1).max()
    guard let highest, versioned.contains(where: \.2) else { return [] }
    return versioned.filter { $0.2 && $0.1 < highest }.map { index, version, _ in
      Remark(
        0..<0,
        "\(context.entries[index].name) is new and lies below version \(highest): where that is applied, this is ignored.",
        remedy: "Give it a version above \(highest).", file: index)
    }
  }

  /// Numbers and times in one directory: the next number is below every time.
  private static func mixedVersions(_ context: DirectoryContext) -> [Remark] {
    var firstNumber: String?
    var firstTime: String?
    for (index, entry) in context.entries.enumerated() {
      guard case .migration(let name) = entry.meaning, name.kind == .versioned, let version = name.version else {
        continue
      }
      let isTime = version.description.prefix { $0.isNumber }.count >= 12
      if isTime { firstTime = firstTime ?? entry.name } else { firstNumber = firstNumber ?? entry.name }
      if let firstNumber, let firstTime {
        return [
          Remark(
            0..<0, "\(firstNumber) has a number and \(firstTime) a time for a version: further numbers lie below it.",
            level: .warning, remedy: "Go on with times.", file: index)
        ]
      }
    }
    return []
  }
}
