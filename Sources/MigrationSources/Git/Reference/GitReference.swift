/// Which commit of a repository is meant.
package enum GitReference: Sendable, Hashable {
  /// What the remote's HEAD stands for: its default branch.
  case remoteHead
  /// The head of a branch.
  case branch(String)
  /// What a tag stands for.
  case tag(String)
  /// The highest version of a range among the tags.
  case semver(SemanticVersionRange)
  /// One commit by its whole name, 40 or 64 hexadecimal digits.
  case commit(String)

  /// Reads what a resource says; at most one is set.
  /// - Throws: `invalid`.
  package init(
    branch: String? = nil, tag: String? = nil, semver: String? = nil, commit: String? = nil
  ) throws(SourceError) {
    guard [branch, tag, semver, commit].count(where: { $0 != nil }) <= 1 else {
      throw SourceError(.invalid, "exactly one of branch, tag, semver and commit must be set")
    }
    if let branch {
      self = .branch(try Self.name(branch, "branch"))
    } else if let tag {
      self = .tag(try Self.name(tag, "tag"))
    } else if let semver {
      guard let range = SemanticVersionRange(semver) else {
        throw SourceError(
          .invalid, "semver: '\(semver.prefix(64))' is no range of versions; write '>=1.2.0 <2' or '~1.2'")
      }
      self = .semver(range)
    } else if let commit {
      guard GitObjectName(commit) != nil else {
        throw SourceError(
          .invalid,
          "commit: '\(commit.prefix(64))' is not 40 or 64 hexadecimal digits in lower case; write the whole name")
      }
      self = .commit(commit)
    } else {
      self = .remoteHead
    }
  }

  /// Patterns for `git ls-remote`, which a server of protocol 2 filters by; empty where nothing has to be asked.
  package var patterns: [String] {
    switch self {
    case .remoteHead: ["HEAD"]
    case .branch(let name): ["refs/heads/\(name)"]
    case .tag(let name): ["refs/tags/\(name)", "refs/tags/\(name)^{}"]
    case .semver: ["refs/tags/*"]
    case .commit: []
    }
  }

  /// Whether it is a tag, which may be signed.
  package var isTag: Bool {
    switch self {
    case .tag, .semver: true
    case .remoteHead, .branch, .commit: false
    }
  }

  /// What it is called in messages.
  package var shown: String {
    switch self {
    case .remoteHead: "the default branch"
    case .branch(let name): "branch '\(name)'"
    case .tag(let name): "tag '\(name)'"
    case .semver(let range): "a tag within '\(range)'"
    case .commit(let name): "commit \(name)"
    }
  }

  // The rules of git-check-ref-format(1).
  private static func name(_ text: String, _ kind: String) throws(SourceError) -> String {
    let isBad =
      text.isEmpty || text.utf8.count > 255 || text == "@" || text.hasPrefix("-") || text.hasSuffix(".")
      || text.contains("..") || text.contains("@{")
      || text.unicodeScalars.contains { $0.value <= 0x20 || $0.value == 0x7F || "~^:?*[\\".unicodeScalars.contains($0) }
      || text.split(separator: "/", omittingEmptySubsequences: false).contains {
        $0.isEmpty || $0.hasPrefix(".") || $0.hasSuffix(".lock")
      }
    guard !isBad else {
      throw SourceError(.invalid, "\(kind): '\(text.prefix(64))' is no name of a \(kind) (git-check-ref-format)")
    }
    return text
  }
}
