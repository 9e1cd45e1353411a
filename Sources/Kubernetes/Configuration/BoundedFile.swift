internal import Glibc
internal import Support

/// Reads whole small files, such as kubeconfigs, certificates and tokens, off the cooperative pool.
enum BoundedFile {
  /// 4 MiB: far more than any of these files needs.
  static let defaultLimit = 4 << 20

  /// Reads a file.
  ///
  /// - Throws: `KubernetesError` with code `configuration` if it cannot be read or is larger than `limit` bytes.
  static func read(_ path: String, limit: Int = defaultLimit) async throws(KubernetesError) -> [UInt8] {
    try await BlockingWork.run { () throws(KubernetesError) in try readBlocking(path, limit: limit) }
  }

  /// Whether something is there that can be read.
  static func isReadable(_ path: String) async -> Bool {
    await BlockingWork.run { access(path, R_OK) == 0 }
  }

  private static func readBlocking(_ path: String, limit: Int) throws(KubernetesError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure(path, errno) }
    defer { close(descriptor) }
    var content: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 64 * 1024)
    while true {
      let count = chunk.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw failure(path, errno) }
      if count == 0 { return content }
      guard content.count + count <= limit else {
        throw KubernetesError(
          code: .configuration, message: "\(path) has more than \(limit) bytes; check that it is the right file")
      }
      content += chunk.prefix(count)
    }
  }

  private static func failure(_ path: String, _ number: Int32) -> KubernetesError {
    var text = [CChar](repeating: 0, count: 256)
    let isKnown = strerror_r(number, &text, text.count) == 0
    let bytes = text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    let reason = isKnown ? String(decoding: bytes, as: UTF8.self) : "error \(number)"
    return KubernetesError(
      code: .configuration, message: "cannot read \(path): \(reason); check the path and its permissions")
  }
}
