/// Which files of a directory are scripts, by their names; what editors keep beside them is not.
///
/// Not hidden (`.V1__a.sql.swp`, `.#V1__a.sql`), not Emacs' `#V1__a.sql#`, and with a script's ending, which leaves out
/// `V1__a.sql~`, `V1__a.sql.tmp`, `V1__a.sql___jb_tmp___` and Vim's `4913`.
struct ScriptNames: Sendable, Equatable {
  let suffixes: [String]

  func include(_ name: String) -> Bool {
    guard let first = name.first, first != ".", first != "#", !name.contains("/") else { return false }
    let lower = name.lowercased()
    return suffixes.contains { lower.hasSuffix($0.lowercased()) || lower.hasSuffix($0.lowercased() + ".conf") }
  }
}
