internal import Glibc
internal import FlywaySettings
internal import MigrationLint
internal import Support

/// Changes files as findings propose.
enum LintFix {
  /// Writes each file that some finding can change; one that has changed since it was read is left alone.
  static func apply(_ reports: [LintFolder.Report]) async throws(LintFailure) {
    for report in reports {
      let groups = Dictionary(grouping: report.result.findings.filter { !$0.edits.isEmpty }, by: \.path)
      for file in report.folder.files {
        guard let findings = groups[file.path] else { continue }
        let (bytes, applied) = Edit.apply(findings.map(\.edits), to: file.bytes)
        guard applied > 0 else { continue }
        let prefix = report.folder.path == "." ? "" : report.folder.path == "/" ? "/" : report.folder.path + "/"
        let path = report.folder.directory + "/" + file.path.dropFirst(prefix.count)
        guard let now = try? await FileContent.read(path, limit: max(file.bytes.count, 1)), now == file.bytes else {
          throw .failure("\(VisibleText.cell(file.path)) has changed meanwhile, and is left as it is; run it again.")
        }
        try await write(bytes, to: path)
      }
    }
  }

  /// Writes a file under another name first, so that there is never half of it.
  static func write(_ bytes: [UInt8], to path: String) async throws(LintFailure) {
    try await BlockingWork.run { () throws(LintFailure) in try writeBlocking(bytes, path) }
  }

  private static func writeBlocking(_ bytes: [UInt8], _ link: String) throws(LintFailure) {
    // A link stays one: what it leads to is written.
    let path = resolved(link)
    var status = stat()
    let mode = stat(path, &status) == 0 ? status.st_mode & 0o7777 : 0o644
    let temporary = path + ".whimbrel-new"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode)
    guard descriptor >= 0 else { throw refusal(path) }
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes { buffer in
        Glibc.write(descriptor, buffer.baseAddress.map { $0 + written }, buffer.count - written)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        let failure = refusal(path)
        close(descriptor)
        unlink(temporary)
        throw failure
      }
      written += count
    }
    fchmod(descriptor, mode)
    close(descriptor)
    guard rename(temporary, path) == 0 else {
      let failure = refusal(path)
      unlink(temporary)
      throw failure
    }
  }

  private static func resolved(_ path: String) -> String {
    guard let real = realpath(path, nil) else { return path }
    defer { free(real) }
    return String(cString: real)
  }

  private static func refusal(_ path: String) -> LintFailure {
    .failure("\(VisibleText.cell(path)) cannot be written: \(String(cString: strerror(errno))).")
  }
}
