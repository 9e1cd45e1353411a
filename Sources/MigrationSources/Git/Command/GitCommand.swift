/// The calls of git, as argument vectors: pure.
///
/// No secret is in any of them, and `--` stands before what a resource says.
struct GitCommand: Sendable {
  let limits: GitLimits

  /// Lists the references of a remote; exit code 2 where none fits (git-ls-remote(1)).
  func listReferences(of url: GitURL, _ patterns: [String]) -> GitCall {
    GitCall(
      arguments: ["ls-remote", "--quiet", "--exit-code", "--symref", "--", url.text] + patterns,
      outputBytes: limits.listingBytes, time: limits.listingTime)
  }

  /// Makes an empty bare repository without hooks.
  func initialise(_ directory: String, _ format: GitObjectName.Format) -> GitCall {
    GitCall(
      arguments: [
        "init", "--quiet", "--bare", "--template=", "--object-format=\(format.rawValue)", "--", directory,
      ], time: limits.localTime)
  }

  /// Fetches objects by name, commits without their history, and nothing that the path does not need.
  ///
  /// The remote `origin` is in the environment alone (`GitEnvironment`).
  func fetch(_ names: [GitObjectName], into directory: String, isFiltered: Bool = true) -> GitCall {
    GitCall(
      arguments: [
        "--git-dir=\(directory)", "fetch", "--quiet", "--depth=1", isFiltered ? "--filter=blob:none" : "--no-filter",
        "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules", "--no-auto-maintenance", "--stdin", "--",
        "origin",
      ], input: GitBatch.input(names.map(\.description)), time: limits.fetchTime, fileBytes: limits.fetchBytes,
      memory: limits.fetchMemory)
  }

  /// Asks for type and size of objects.
  func check(_ names: [String], in directory: String) -> GitCall {
    GitCall(
      arguments: ["--git-dir=\(directory)", "cat-file", "--batch-check"], input: GitBatch.input(names),
      time: limits.localTime)
  }

  /// Lists the files of a tree with their sizes.
  func list(_ tree: GitObjectName, in directory: String) -> GitCall {
    GitCall(
      arguments: ["--git-dir=\(directory)", "ls-tree", "-r", "-z", "-l", "--", tree.description],
      outputBytes: limits.treeBytes, time: limits.localTime)
  }

  /// Reads objects that have so many bytes together.
  func read(_ names: [GitObjectName], bytes: Int, in directory: String) -> GitCall {
    GitCall(
      arguments: ["--git-dir=\(directory)", "cat-file", "--batch", "--buffer"],
      input: GitBatch.input(names.map(\.description)), outputBytes: bytes + 128 * (names.count + 1),
      time: limits.localTime)
  }

  /// Verifies the signature of a commit or of a tag's object.
  func verify(_ name: GitObjectName, isTag: Bool, in directory: String) -> GitCall {
    GitCall(
      arguments: ["--git-dir=\(directory)", isTag ? "verify-tag" : "verify-commit", "--raw", "--", name.description],
      time: limits.localTime)
  }

  /// Takes OpenPGP keys in, into the folder that `GNUPGHOME` names.
  func importKeys(_ files: [String]) -> GitCall {
    GitCall(
      program: "gpg", arguments: ["--batch", "--no-tty", "--quiet", "--no-autostart", "--import", "--"] + files,
      time: limits.localTime)
  }
}
