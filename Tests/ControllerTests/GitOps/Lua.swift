import FoundationEssentials
import Subprocess
import TestSupport
import Testing

/// Debian's Lua 5.1: Argo CD's gopher-lua is a Lua 5.1, too.
enum Lua {
  /// Runs a script; what it printed, by lines.
  static func run(_ script: String) async throws -> [String] {
    let directory = try TemporaryDirectory()
    let file = try directory.write(script, to: "script.lua")
    let result = try await Subprocess.run(
      .name("lua5.1"), arguments: [file], output: .string(limit: 64 << 20), error: .string(limit: 1 << 16))
    try #require(result.terminationStatus.isSuccess, "\(result.standardError)")
    return result.standardOutput.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
  }

  /// A value as Lua writes it.
  static func literal(_ value: JSONValue) -> String {
    switch value {
    case .null: "nil"
    case .bool(let value): "\(value)"
    case .number(let value): value == value.rounded() ? "\(Int64(value))" : "\(value)"
    case .string(let text): string(text)
    case .array(let list): "{" + list.map(literal).joined(separator: ", ") + "}"
    case .object(let members):
      "{"
        + members.sorted { $0.key < $1.key }.map { "[\(string($0.key))] = \(literal($0.value))" }
        .joined(separator: ", ") + "}"
    }
  }

  static func string(_ text: String) -> String {
    "\""
      + text.utf8.map { byte in
        (32...126).contains(byte) && byte != 34 && byte != 92
          ? String(Unicode.Scalar(byte))
          : "\\" + String(repeating: "0", count: byte < 10 ? 2 : byte < 100 ? 1 : 0) + "\(byte)"
      }.joined() + "\""
  }

  static func json(_ text: String) throws -> JSONValue {
    try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
  }
}
