internal import MigrationLint
internal import Subprocess

/// What differs in a folder from a revision of git.
enum LintRevision {
  private static let longest = 16 << 20

  /// The folder with its changes; files that do not differ are read and not reported.
  static func compare(
    _ folder: LintFolder, _ revision: String?, environment: [String: String]
  ) async throws(LintFailure) -> LintFolder {
    guard let revision else { return folder }
    guard !revision.hasPrefix("-"), !revision.utf8.contains(0), !revision.isEmpty else {
      throw .usage("`\(VisibleText.cell(revision.prefix(60)))` is no revision of git.")
    }
    let commit = try await git(
      ["rev-parse", "--verify", "--quiet", "--end-of-options", revision + "^{commit}"], folder, environment,
      failure: "There is no revision `\(VisibleText.cell(revision.prefix(60)))` in the repository of \(folder.path).")
    let name = commit.split(separator: "\n").first.map(String.init) ?? ""
    let listed = try await git(
      [
        "diff", "--name-status", "-z", "--relative", "--find-renames", "--no-ext-diff", "--no-textconv", name, "--",
        ".",
      ],
      folder, environment, failure: "git cannot compare \(folder.path) with \(name).")
    let untracked = try await git(
      ["ls-files", "-z", "--others", "--exclude-standard", "--", "."], folder, environment,
      failure: "git cannot list the files of \(folder.path).")
    let changes = Changes(diff: listed, untracked: untracked)
    return apply(changes, to: folder)
  }

  private static func apply(_ changes: Changes, to folder: LintFolder) -> LintFolder {
    var result = folder
    let prefix = folder.path == "." ? "" : folder.path == "/" ? "/" : folder.path + "/"
    result.files = folder.files.map { file in
      var file = file
      let change = changes.files[String(file.path.dropFirst(prefix.count))]
      file.change = change ?? .none
      file.isReported = file.isReported && change != nil
      return file
    }
    result.removed = changes.removed.sorted().map { prefix + $0 }
    return result
  }

  /// An argument vector, never a command line; of the environment only what git needs.
  private static func git(
    _ arguments: [String], _ folder: LintFolder, _ environment: [String: String], failure: String
  ) async throws(LintFailure) -> String {
    let kept = ["PATH", "HOME", "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_CONFIG_GLOBAL", "XDG_CONFIG_HOME"]
    var variables = environment.filter { kept.contains($0.key) }
    variables["LC_ALL"] = "C"
    variables["GIT_OPTIONAL_LOCKS"] = "0"
    let words = ["-C", folder.directory, "-c", "core.fsmonitor=false", "-c", "core.quotePath=false"] + arguments
    let result: (status: TerminationStatus, text: String?)
    do {
      let run = try await Subprocess.run(
        .name("git"), arguments: Arguments(words),
        environment: .custom(
          Dictionary(uniqueKeysWithValues: variables.map { (Environment.Key(stringLiteral: $0.key), $0.value) })),
        input: .none, output: .string(limit: longest), error: .discarded)
      result = (run.terminationStatus, run.standardOutput)
    } catch {
      throw .failure("git cannot be started, or says too much: \(error).")
    }
    guard result.status.isSuccess, let text = result.text else { throw .usage(failure) }
    return text
  }
}

extension LintRevision {
  /// What `git diff --name-status -z` and `git ls-files -z` say.
  struct Changes: Sendable, Equatable {
    var files: [String: LintFile.Change] = [:]
    var removed: Set<String> = []

    init(diff: String, untracked: String) {
      for path in untracked.split(separator: "\0") { files[String(path)] = .added }
      var fields = diff.split(separator: "\0", omittingEmptySubsequences: false).map(String.init)[...]
      while let status = fields.popFirst(), !status.isEmpty, let path = fields.popFirst() {
        switch status.first {
        case "A": files[path] = .added
        case "D": removed.insert(path)
        case "R", "C":
          guard let new = fields.popFirst() else { return }
          files[new] = status.first == "R" ? .renamed(from: path) : .added
        default: files[path] = .modified
        }
      }
      // What is not known to the index any more and is there all the same was changed.
      for path in removed where files[path] == .added {
        files[path] = .modified
        removed.remove(path)
      }
    }
  }
}
