internal import Postgres
internal import Support

/// `~/.pgpass`, which both libpq and pgjdbc ask where no password is given: `host:port:database:user:password` in lines,
/// the first that fits counts.
struct PasswordFile {
  private struct Line {
    /// Nil for `*`, which fits everything.
    let fields: [String?]
    let password: Redacted<String>
  }

  private let lines: [Line]

  init(_ text: String) {
    lines = text.split(whereSeparator: \.isNewline).compactMap { Self.line($0) }
  }

  /// The password for a connection; nil if no line fits.
  func password(for parameters: ConnectionParameters) -> Redacted<String>? {
    let host = parameters.host.hasPrefix("/") ? "localhost" : parameters.host
    let wanted = [host, String(parameters.port), parameters.database, parameters.user]
    return lines.first { line in zip(line.fields, wanted).allSatisfy { $0 == nil || $0 == $1 } }?.password
  }

  private static func line(_ text: Substring) -> Line? {
    guard text.first != "#" else { return nil }
    var fields: [String?] = []
    var field = ""
    var isPlain = true
    var rest = text
    while let character = rest.popFirst() {
      if character == ":" {
        fields.append(isPlain && field == "*" ? nil : field)
        (field, isPlain) = ("", true)
        if fields.count == 5 { break }
      } else if character == "\\", let escaped = rest.popFirst() {
        field.append(escaped)
        isPlain = false
      } else {
        field.append(character)
      }
    }
    if fields.count < 5 { fields.append(field) }
    guard fields.count == 5 else { return nil }
    let password = fields[4] ?? "*"
    guard !password.isEmpty else { return nil }
    return Line(fields: Array(fields[..<4]), password: Redacted(password))
  }
}
