internal import Glibc

/// Reads whole small regular files, off the cooperative pool.
package enum FileContent {
  /// Why a file could not be read.
  package enum Failure: Error, Sendable, Equatable {
    /// There is nothing under that path.
    case missing
    /// It is no regular file, or may not be read.
    case unreadable
    case tooLarge
  }

  /// Reads a file of at most `limit` bytes.
  package static func read(_ path: String, limit: Int) async throws(Failure) -> [UInt8] {
    try await BlockingWork.run { () throws(Failure) in try readBlocking(path, limit) }
  }

  private static func readBlocking(_ path: String, _ limit: Int) throws(Failure) -> [UInt8] {
    // A FIFO or a device would let an open that blocks wait for ever.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw errno == ENOENT || errno == ENOTDIR ? .missing : .unreadable }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { throw .unreadable }
    var content: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 16 << 10)
    while true {
      let count = chunk.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw .unreadable }
      if count == 0 { return content }
      guard content.count + count <= limit else { throw .tooLarge }
      content += chunk.prefix(count)
    }
  }
}
