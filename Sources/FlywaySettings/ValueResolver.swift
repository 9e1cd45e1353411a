/// Resolves `${env.NAME}` and `${placeholder.NAME}` in the values of settings (`PropertyResolverContextImpl.java`).
///
/// `$${env.NAME}` stands for itself, `!{...}` for what it contains, and `${env.NAME:aD}` keeps only some characters: `D`
/// digits, `A` letters, `d` and `a` those of ASCII. Blanks around a value are taken away, as Flyway does.
struct ValueResolver {
  let environment: [String: String]
  let placeholders: [String: String]

  func resolve(_ setting: Setting, _ name: String) throws(SettingsError) -> Setting {
    try setting.mapped { text throws(SettingsError) in
      let text = text.trimmingBlanks
      if text.hasPrefix("!{"), text.hasSuffix("}") { return String(text.dropFirst(2).dropLast()) }
      return try resolve(text, name, setting.origin)
    }
  }

  private func resolve(_ text: String, _ name: String, _ origin: Setting.Origin) throws(SettingsError) -> String {
    guard text.contains("${") else { return text }
    var result = ""
    var rest = Substring(text)
    while let start = rest.range(ofMark: "${") {
      let inside = rest[start.upperBound...].prefix { $0 != "}" }
      let parts = inside.split(separator: ".", omittingEmptySubsequences: false)
      guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty, inside.endIndex < rest.endIndex else {
        if inside.contains("${") { throw failure(name, origin, "nests resolvers", "Write them one after the other.") }
        result += rest[..<start.upperBound]
        rest = rest[start.upperBound...]
        continue
      }
      let isEscaped = rest[..<start.lowerBound].last == "$"
      result += isEscaped ? rest[..<start.lowerBound].dropLast() : rest[..<start.lowerBound]
      result += isEscaped ? "${\(inside)}" : try value(String(parts[0]), String(parts[1]), name, origin)
      rest = rest[inside.endIndex...].dropFirst()
    }
    return result + rest
  }

  private func value(
    _ resolver: String, _ parameter: String, _ name: String, _ origin: Setting.Origin
  ) throws(SettingsError) -> String {
    let cut = parameter.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map {
      String($0).trimmingBlanks
    }
    let found: String?
    switch resolver.trimmingBlanks.lowercased() {
    case "env": found = environment[cut[0]]
    case "placeholder": found = placeholders[cut[0]]
    default:
      throw failure(
        name, origin, "asks the resolver `\(resolver.shown)`, which is not here",
        "Give the value by an environment variable: ${env.NAME}.", .unsupported)
    }
    guard let found else {
      throw failure(
        name, origin, "asks for \(resolver.shown).\(cut[0].shown), which is not set", "Set it, or write the value.")
    }
    return cut.count == 2 ? String(found.filter { Self.isKept($0, cut[1]) }) : found
  }

  private static func isKept(_ character: Character, _ filter: String) -> Bool {
    (filter.contains("D") && character.isNumber) || (filter.contains("A") && character.isLetter)
      || (character.isASCII
        && (filter.contains("d") && character.isNumber || filter.contains("a") && character.isLetter))
  }

  private func failure(
    _ name: String, _ origin: Setting.Origin, _ problem: String, _ nextStep: String,
    _ code: SettingsError.Code = .invalidValue
  ) -> SettingsError {
    SettingsError(code, "The value of \(name) \(problem).", at: origin.description, nextStep: nextStep)
  }
}
