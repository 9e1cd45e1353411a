internal import Support

/// The content of a file that is replaced while the process runs, such as a mounted service account token.
///
/// It is read again when the last reading is older than 60 s less 10 s of leeway (client-go's periods), or after
/// `invalidate()`. If reading fails, the old content stays in use.
final class RefreshingFile: Sendable {
  private struct State {
    var content: [UInt8]?
    var readAt: Duration = .zero
  }

  static let maximumAge: Duration = .seconds(50)

  let path: String
  private let time: TimeSource
  private let state = Guarded(State())

  init(path: String, time: TimeSource) {
    self.path = path
    self.time = time
  }

  /// The content, at most 50 s old if the file can be read.
  ///
  /// - Throws: `KubernetesError` with code `configuration` if it never could be read.
  func content() async throws(KubernetesError) -> [UInt8] {
    let now = time.now()
    let current = state.withLock { state in now - state.readAt < Self.maximumAge ? state.content : nil }
    if let current { return current }
    do throws(KubernetesError) {
      let fresh = try await BoundedFile.read(path)
      state.withLock { $0 = State(content: fresh, readAt: now) }
      return fresh
    } catch {
      // A file that is being replaced may be missing for a moment; the old content mostly still serves.
      guard let old = state.withLock({ $0.content }) else { throw error }
      return old
    }
  }

  /// Makes the next `content()` read the file, because the server refused what it held.
  func invalidate() {
    state.withLock { $0.readAt = $0.readAt - Self.maximumAge }
  }
}
