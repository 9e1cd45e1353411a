internal import Glibc
internal import Support

/// A folder that only this user may read, for the time of one look; what is in it goes with it.
struct PrivateFolder: Sendable {
  let path: String

  /// The folder in which all of them are: `TMPDIR`, else `/tmp`.
  static var parent: String {
    let named = getenv("TMPDIR").map { String(cString: $0) } ?? ""
    return named.isEmpty ? "/tmp" : named
  }

  /// Runs `body` with a folder that holds some files, and removes it afterwards, whatever happened.
  /// - Throws: `unavailable` if it cannot be made; what `body` throws.
  static func with<Value: Sendable>(
    _ files: @Sendable (String) -> [GitAccess.File],
    _ body: (PrivateFolder) async throws(SourceError) -> Value
  ) async throws(SourceError) -> Value {
    let folder = try await BlockingWork.run { () throws(SourceError) in try make() }
    let result: Result<Value, SourceError>
    do throws(SourceError) {
      let files = files(folder.path)
      try await BlockingWork.run { () throws(SourceError) in
        for file in files { try folder.write(file) }
      }
      result = .success(try await body(folder))
    } catch {
      result = .failure(error)
    }
    await BlockingWork.run { FileTree.remove(folder.path) }
    return try result.get()
  }

  /// Makes an empty one; blocks.
  static func make() throws(SourceError) -> PrivateFolder {
    var template = Array("\(parent)/whimbrel-git-XXXXXX".utf8CString)
    // mkdtemp(3) gives it the mode 0700.
    guard mkdtemp(&template) != nil else {
      throw SourceError(
        .unavailable,
        "no folder can be made in '\(parent)': \(String(cString: strerror(errno))); TMPDIR must name a writable folder")
    }
    return PrivateFolder(path: String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self))
  }

  private func write(_ file: GitAccess.File) throws(SourceError) {
    let path = "\(path)/\(file.name)"
    try write(file, to: path)
    if file.isProgram { ProgramFile.awaitWriters(of: path) }
  }

  private func write(_ file: GitAccess.File, to path: String) throws(SourceError) {
    let mode: mode_t = file.isProgram ? 0o700 : 0o600
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode)
    guard descriptor >= 0 else { throw failure(file) }
    defer { close(descriptor) }
    var bytes = Array(file.text.reveal().utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      guard count > 0 else { throw failure(file) }
      bytes = bytes.dropFirst(count)
    }
  }

  private func failure(_ file: GitAccess.File) -> SourceError {
    SourceError(
      .unavailable, "'\(file.name)' cannot be written in '\(path)': \(String(cString: strerror(errno))); is there room?"
    )
  }
}
