internal import FoundationEssentials

/// A bare repository that a server hands out, and the checkout of somebody who pushes to it.
package struct GitRepository: Sendable {
  /// The bare one.
  package let path: String
  private let checkout: String
  private let environment: [String: String]

  /// Makes an empty repository whose branch is `main`.
  ///
  /// - Parameter format: `sha1` or `sha256`.
  package static func make(
    at path: String, allowsFilter: Bool = true, format: String = "sha1"
  ) async throws -> GitRepository {
    let checkout = path + ".checkout"
    let repository = GitRepository(
      path: path, checkout: checkout,
      environment: [
        "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1", "GIT_AUTHOR_NAME": "dev",
        "GIT_AUTHOR_EMAIL": "dev@example.com", "GIT_COMMITTER_NAME": "dev", "GIT_COMMITTER_EMAIL": "dev@example.com",
      ])
    try FileManager.default.createDirectory(atPath: checkout, withIntermediateDirectories: true)
    try await repository.git(["init", "--quiet", "--bare", "--initial-branch=main", "--object-format=\(format)", path])
    try await repository.git(["--git-dir=\(path)", "config", "uploadpack.allowFilter", allowsFilter ? "true" : "false"])
    try await repository.git(["init", "--quiet", "--initial-branch=main", "--object-format=\(format)", "."])
    return repository
  }

  /// Runs git in the checkout.
  @discardableResult
  package func git(_ arguments: [String], environment more: [String: String] = [:]) async throws -> String {
    try await ToolRun.run("git", arguments, in: checkout, environment: environment.merging(more) { $1 })
  }

  /// Writes files into the checkout.
  package func write(_ files: [String: String]) throws {
    for (name, text) in files {
      let parent = name.split(separator: "/").dropLast().joined(separator: "/")
      try FileManager.default.createDirectory(atPath: "\(checkout)/\(parent)", withIntermediateDirectories: true)
      try Data(text.utf8).write(to: URL(filePath: "\(checkout)/\(name)"))
    }
  }

  /// Makes a symbolic link in the checkout.
  package func link(_ name: String, to target: String) throws {
    let parent = name.split(separator: "/").dropLast().joined(separator: "/")
    try FileManager.default.createDirectory(atPath: "\(checkout)/\(parent)", withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(atPath: "\(checkout)/\(name)", withDestinationPath: target)
  }

  /// Commits files and pushes them; returns the commit's name.
  @discardableResult
  package func push(
    _ files: [String: String] = [:], branch: String = "main", _ options: [String] = [], settings: [String] = []
  ) async throws -> String {
    try write(files)
    try await git(["add", "--all"])
    try await git(settings.flatMap { ["-c", $0] } + ["commit", "--quiet", "--allow-empty", "-m", "change"] + options)
    try await git(["push", "--quiet", "--force", path, "HEAD:refs/heads/\(branch)"])
    return try await git(["rev-parse", "HEAD"])
  }

  /// Puts a tag onto what is checked out, and pushes it.
  package func tag(_ name: String, _ options: [String] = [], settings: [String] = []) async throws {
    try await git(settings.flatMap { ["-c", $0] } + ["tag", "--force"] + options + [name])
    try await git(["push", "--quiet", "--force", path, "refs/tags/\(name)"])
  }
}
