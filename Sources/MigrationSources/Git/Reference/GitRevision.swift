/// How a status names what was read: `git/infra/db/main@sha1:<commit>`, as Flux does, with the path in front.
package struct GitRevision: Sendable, Equatable, CustomStringConvertible {
  /// All before the `@`.
  package let origin: String
  package let commit: GitObjectName

  /// A longer path, which a status has no room for, shows with its end.
  private static let longestPath = 512

  /// Names a commit, found by the name of a branch or a tag if there is one.
  package init(path: String, name: String?, commit: GitObjectName) {
    let path = path.count > Self.longestPath ? "…" + path.suffix(Self.longestPath) : path
    origin = (["git"] + [path, name ?? ""].filter { !$0.isEmpty }).joined(separator: "/")
    self.commit = commit
  }

  package var description: String { "\(origin)@\(commit.format.rawValue):\(commit)" }

  /// The commit that an earlier revision had under the same name; nil if it had another name, or the same commit.
  package func replaced(in earlier: String?) -> String? {
    guard let earlier, let at = earlier.lastIndex(of: "@"), earlier[..<at] == origin, earlier != description else {
      return nil
    }
    return earlier[earlier.index(after: at)...].split(separator: ":").last.map(String.init)
  }
}
