/// What `git ls-remote --symref` says that a remote has.
struct RemoteReferences: Sendable, Equatable {
  /// Object names by the names of references; `^{}` at the end of a tag's name is the commit that it stands for.
  var names: [String: GitObjectName] = [:]
  /// The branch that HEAD stands for.
  var headBranch: String?

  /// A commit that was chosen.
  struct Choice: Sendable, Equatable {
    /// The branch or the tag, without `refs/...`; nil for a pinned commit.
    var name: String?
    var commit: GitObjectName
    /// The object of an annotated tag.
    var tag: GitObjectName?
  }

  /// Nothing.
  init() {}

  /// Reads the lines `ref: TARGET<TAB>NAME` and `OBJECT<TAB>NAME`; nil if one is something else.
  init?(output: [UInt8]) {
    for line in output.split(separator: UInt8(ascii: "\n")) {
      guard let text = String(validating: line, as: UTF8.self), let tab = text.firstIndex(of: "\t") else { return nil }
      let (value, name) = (text[..<tab], String(text[text.index(after: tab)...]))
      if value.hasPrefix("ref: ") {
        let target = value.dropFirst(5)
        if name == "HEAD", target.hasPrefix("refs/heads/") { headBranch = String(target.dropFirst(11)) }
      } else if let object = GitObjectName(value) {
        names[name] = object
      } else {
        return nil
      }
    }
  }

  /// Chooses the commit of a reference; nil if the remote has none.
  func choice(of reference: GitReference) -> Choice? {
    switch reference {
    case .remoteHead: return names["HEAD"].map { Choice(name: headBranch ?? "HEAD", commit: $0, tag: nil) }
    case .branch(let name): return names["refs/heads/\(name)"].map { Choice(name: name, commit: $0, tag: nil) }
    case .tag(let name): return tag(name)
    case .semver(let range): return newest(in: range).flatMap(tag)
    case .commit(let name): return GitObjectName(name).map { Choice(name: nil, commit: $0, tag: nil) }
    }
  }

  private func tag(_ name: String) -> Choice? {
    guard let object = names["refs/tags/\(name)"] else { return nil }
    guard let commit = names["refs/tags/\(name)^{}"] else { return Choice(name: name, commit: object, tag: nil) }
    return Choice(name: name, commit: commit, tag: object)
  }

  // `v1.0.0` and `1.0.0` are one version: the order of the names decides, so that the choice never changes.
  private func newest(in range: SemanticVersionRange) -> String? {
    names.keys.lazy.filter { $0.hasPrefix("refs/tags/") && !$0.hasSuffix("^{}") }
      .compactMap { name -> (version: SemanticVersion, name: String)? in
        let name = String(name.dropFirst(10))
        guard let version = SemanticVersion(name), range.contains(version) else { return nil }
        return (version, name)
      }
      .max { $0.version == $1.version ? $0.name < $1.name : $0.version < $1.version }?.name
  }
}
