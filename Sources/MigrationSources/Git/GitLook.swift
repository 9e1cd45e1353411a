internal import MigrationCore

/// One look at one repository: which commit, is it there, is it signed, which files.
struct GitLook: Sendable {
  let request: GitRequest
  let keys: GitKeys?
  let limits: GitLimits
  let sourceLimits: SourceLimits
  let cache: GitCache
  let environment: GitEnvironment
  let process: GitProcess

  typealias Choice = RemoteReferences.Choice

  /// A chain of links may ask for more objects several times.
  private static let mostSteps = 24

  private var command: GitCommand { GitCommand(limits: limits) }
  private var failure: GitFailure {
    GitFailure(url: request.url, secrets: environment.access.credentials.secrets, folder: environment.folder)
  }

  // MARK: Which commit

  /// Asks the remote which commit the reference is; a commit that is named needs no question.
  func choose() async throws(SourceError) -> Choice {
    let patterns = request.reference.patterns
    var references = RemoteReferences()
    if !patterns.isEmpty {
      var call = command.listReferences(of: request.url, patterns)
      call.variables = environment.variables(.remote(request.url))
      let result = try await process.run(call)
      // git-ls-remote(1), --exit-code: 2 if nothing fits.
      guard result.status != 2 else { throw missingReference }
      guard result.status == 0 else { throw failure.error(result, "the list of references") }
      guard let read = RemoteReferences(output: result.output) else {
        throw SourceError(.unavailable, "\(request.url): git lists references in a form that is not known")
      }
      references = read
    }
    guard let choice = references.choice(of: request.reference) else { throw missingReference }
    return choice
  }

  private var missingReference: SourceError {
    let advice =
      request.reference == .remoteHead
      ? "is the repository empty? push a branch, or name one in ref" : "correct ref, or push it"
    return SourceError(.notFound, "\(request.url): \(request.reference.shown) does not exist; \(advice)")
  }

  // MARK: Which files

  /// The files of a commit, fetched as far as they are not in the cache.
  func files(
    of choice: Choice, in entry: GitCacheEntry, _ suffixes: [String]
  ) async throws(SourceError) -> [ScriptFile] {
    let tree = try await tree(of: choice, in: entry)
    try await verify(choice, in: entry)
    var entries = try await list(tree, in: entry)
    var contents: [GitObjectName: [UInt8]] = [:]
    var fetched: Set<GitObjectName> = []
    for _ in 0..<Self.mostSteps {
      switch try GitTreeSelection(entries, suffixes: suffixes, limits: sourceLimits).next(contents) {
      case .files(let files): return files
      case .read(let names):
        let sizes = Dictionary(entries.map { ($0.object, $0.size) }) { first, _ in first }
        let absent = names.filter { sizes[$0] == .some(nil) }
        guard absent.isEmpty else {
          guard fetched.isDisjoint(with: absent) else { throw await damaged(entry, "files are missing after a fetch") }
          try await fetchFiles(absent, of: choice, in: entry)
          fetched.formUnion(absent)
          entries = try await list(tree, in: entry)
          continue
        }
        let bytes = names.reduce(0) { $0 + ((sizes[$1] ?? nil) ?? 0) }
        contents.merge(try await read(names, bytes, in: entry)) { $1 }
      }
    }
    throw SourceError(
      .invalid, "the symbolic links below '\(request.path)' are too many in a row; put the files themselves there")
  }

  /// The tree of the path, after fetching the commit if the cache does not have it.
  private func tree(of choice: Choice, in entry: GitCacheEntry) async throws(SourceError) -> GitObjectName {
    if !(await cache.isMade(entry)) { try await make(entry, choice.commit.format) }
    var found = try await check(choice, in: entry)
    if found.commit == nil {
      try await fetch([choice.tag ?? choice.commit], of: choice, in: entry)
      found = try await check(choice, in: entry)
    }
    guard let commit = found.commit else { throw await damaged(entry, "the commit is missing after a fetch") }
    guard commit == choice.commit else {
      throw SourceError(
        .unavailable, "\(request.url): \(request.reference.shown) moved while it was read; it is read again")
    }
    guard let tree = found.tree else {
      throw SourceError(
        .notFound,
        "\(request.url): there is no folder '\(request.path)' in commit \(choice.commit) (\(request.reference.shown)); "
          + "correct spec.migrations.git.path, or push it")
    }
    return tree
  }

  // For a tag the commit that its own object names counts, not what the remote says of it.
  private func check(
    _ choice: Choice, in entry: GitCacheEntry
  ) async throws(SourceError) -> (commit: GitObjectName?, tree: GitObjectName?) {
    let start = (choice.tag ?? choice.commit).description
    let commit = "\(start)^{commit}"
    let path = request.path.isEmpty ? "\(start)^{tree}" : "\(choice.commit):\(request.path)"
    let result = try await local(command.check([commit, path], in: entry.reader), entry)
    guard result.status == 0, let found = GitBatch.checks(result.output, count: 2) else {
      throw await damaged(entry, result.message)
    }
    let tree = found[1].flatMap { $0.type == "tree" ? $0.name : nil }
    return (found[0]?.name, tree)
  }

  private func list(_ tree: GitObjectName, in entry: GitCacheEntry) async throws(SourceError) -> [GitTreeEntry] {
    let result = try await local(command.list(tree, in: entry.reader), entry)
    guard result.status == 0 else { throw await damaged(entry, result.message) }
    return try GitTreeEntry.list(result.output)
  }

  private func read(
    _ names: [GitObjectName], _ bytes: Int, in entry: GitCacheEntry
  ) async throws(SourceError) -> [GitObjectName: [UInt8]] {
    let result = try await local(command.read(names, bytes: bytes, in: entry.reader), entry)
    guard result.status == 0, let contents = GitBatch.contents(result.output), contents.count == names.count else {
      throw await damaged(entry, result.message)
    }
    return contents
  }

  private func local(_ call: GitCall, _ entry: GitCacheEntry) async throws(SourceError) -> GitResult {
    var call = call
    call.variables = environment.variables(.none, objects: entry.objects)
    return try await process.run(call)
  }

  // MARK: Cache

  private func make(_ entry: GitCacheEntry, _ format: GitObjectName.Format) async throws(SourceError) {
    await cache.clear(entry)
    for directory in [entry.writer, entry.reader] {
      var call = command.initialise(directory, format)
      call.variables = environment.variables(.none)
      let result = try await process.run(call)
      guard result.status == 0 else {
        throw SourceError(
          .unavailable, "the Git cache cannot be written: \(result.message.prefix(300)); is there room?")
      }
    }
  }

  private func fetch(
    _ names: [GitObjectName], of choice: Choice, in entry: GitCacheEntry, isFiltered: Bool = true
  ) async throws(SourceError) {
    let failed = try await failedFetch(names, of: choice, in: entry, isFiltered: isFiltered)
    if let failed { throw fetchFailure(failed) }
  }

  // A server of the old protocol, as behind an sshd that does not let GIT_PROTOCOL through, may know filters but hands
  // out what they leave away to nobody: then all of the commit is fetched anew.
  private func fetchFiles(
    _ names: [GitObjectName], of choice: Choice, in entry: GitCacheEntry
  ) async throws(SourceError) {
    guard let failed = try await failedFetch(names, of: choice, in: entry, isFiltered: true) else { return }
    guard failed.message.contains(GitFailure.unadvertised) else { throw fetchFailure(failed) }
    await cache.clear(entry)
    try await fetch([choice.tag ?? choice.commit], of: choice, in: entry, isFiltered: false)
  }

  /// Fetches; returns how git ended if it did not succeed.
  private func failedFetch(
    _ names: [GitObjectName], of choice: Choice, in entry: GitCacheEntry, isFiltered: Bool
  ) async throws(SourceError) -> GitResult? {
    _ = await cache.tidy(entry)
    if !(await cache.isMade(entry)) { try await make(entry, choice.commit.format) }
    var call = command.fetch(names, into: entry.writer, isFiltered: isFiltered)
    call.variables = environment.variables(.remote(request.url))
    let result: GitResult
    do throws(SourceError) {
      result = try await process.run(call)
    } catch {
      _ = await cache.tidy(entry)
      throw error
    }
    guard result.status != 0 else { return nil }
    // A pack that has come to the limit is the reason, whatever git says about it.
    guard await cache.tidy(entry) < limits.fetchBytes else {
      throw SourceError(
        .tooLarge,
        "\(request.url): \(request.reference.shown) has more than \(limits.fetchBytes >> 20) MiB to fetch; keep the "
          + "migrations in a smaller repository, or let the server allow filters (uploadpack.allowFilter)")
    }
    return result
  }

  private func fetchFailure(_ result: GitResult) -> SourceError {
    let error = failure.error(result, request.reference.shown)
    if case .commit = request.reference { return error }
    // A branch that was pushed anew by force takes its old commit away while it is fetched.
    guard result.message.contains(GitFailure.moved) else { return error }
    return SourceError(
      .unavailable, "\(request.url): \(request.reference.shown) moved while it was fetched; it is looked at again")
  }

  private func damaged(_ entry: GitCacheEntry, _ what: String) async -> SourceError {
    await cache.clear(entry)
    return SourceError(
      .unavailable, "the cache of \(request.url) was damaged and is fetched anew: \(what.prefix(300))")
  }

  // MARK: Signatures

  private func verify(_ choice: Choice, in entry: GitCacheEntry) async throws(SourceError) {
    guard let mode = request.verification else { return }
    guard let keys else { throw SourceError(.notVerified, "there are no keys to verify signatures with") }
    let files = keys.keyFiles.map { "\(environment.folder)/\($0)" }
    if !files.isEmpty {
      var call = command.importKeys(files)
      call.variables = environment.variables(.none)
      let result = try await process.run(call)
      guard result.status == 0 else {
        throw SourceError(
          .notVerified,
          "the OpenPGP keys of the Secret of spec.migrations.git.verify.secretRef cannot be read: "
            + "\(result.message.prefix(300)); put armoured public keys into it")
      }
    }
    if mode.coversTag { try await verifyTag(choice, in: entry) }
    if mode.coversCommit { try await verify(choice.commit, isTag: false, "commit \(choice.commit)", in: entry) }
  }

  private func verifyTag(_ choice: Choice, in entry: GitCacheEntry) async throws(SourceError) {
    let name = choice.name ?? ""
    guard let tag = choice.tag else {
      throw refused("tag '\(name)'", "it is a lightweight tag, which holds no signature; use git tag -s")
    }
    let contents = try await read([tag], 1 << 20, in: entry)
    guard contents[tag].flatMap(GitSignature.name(ofTag:)) == name else {
      throw refused("tag '\(name)'", "its object was made, and perhaps signed, for a tag of another name")
    }
    try await verify(tag, isTag: true, "tag '\(name)'", in: entry)
  }

  private func verify(
    _ object: GitObjectName, isTag: Bool, _ what: String, in entry: GitCacheEntry
  ) async throws(SourceError) {
    var call = command.verify(object, isTag: isTag, in: entry.reader)
    call.variables = environment.variables(
      .none, objects: entry.objects, settings: GitKeys.settings(in: environment.folder))
    if let refusal = GitSignature.refusal(try await process.run(call)) { throw refused(what, refusal) }
  }

  private func refused(_ what: String, _ why: String) -> SourceError {
    SourceError(
      .notVerified,
      "\(request.url): \(what) is not used: \(why); sign it, or add the signer's public key to the Secret of "
        + "spec.migrations.git.verify.secretRef")
  }
}
