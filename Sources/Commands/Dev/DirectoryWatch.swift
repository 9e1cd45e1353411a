internal import Glibc
internal import Support

/// What happens in one directory, told by the kernel (inotify(7)).
///
/// Where the kernel does not tell (a share of a host, a network file system) nothing comes; who uses this looks from time to
/// time by itself.
final class DirectoryWatch: Sendable {
  private let descriptor: CInt

  /// Begins to watch; nil where the kernel refuses (too many watches, no inotify).
  init?(_ path: String) {
    descriptor = inotify_init1(O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    let mask =
      UInt32(IN_MODIFY) | UInt32(IN_CLOSE_WRITE) | UInt32(IN_CREATE) | UInt32(IN_DELETE) | UInt32(IN_MOVED_FROM)
      | UInt32(IN_MOVED_TO)
    guard inotify_add_watch(descriptor, path, mask) >= 0 else {
      close(descriptor)
      return nil
    }
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
  }

  /// What has happened since the last call; waits for the first event for at most a time, which must be short: it cannot
  /// be cancelled.
  func events(within time: Duration) async -> [DirectoryEvent] {
    let descriptor = descriptor
    return await BlockingWork.run {
      var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      guard poll(&request, 1, CInt(max(1, time.wholeMilliseconds))) > 0 else { return [] }
      return Self.read(descriptor)
    }
  }

  private static func read(_ descriptor: CInt) -> [DirectoryEvent] {
    var events: [DirectoryEvent] = []
    var buffer = [UInt8](repeating: 0, count: 16 << 10)
    // Whoever writes without pause is read on the next call.
    for _ in 0..<16 {
      let count = buffer.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
      guard count > 0 else { break }
      events += parse(buffer[..<count])
    }
    return events
  }

  /// Reads `struct inotify_event`s: descriptor, mask, cookie and length of four bytes each, then a name filled up with zeros.
  static func parse(_ bytes: ArraySlice<UInt8>) -> [DirectoryEvent] {
    var events: [DirectoryEvent] = []
    var rest = bytes
    while rest.count >= 16 {
      let (mask, length) = rest.withUnsafeBytes {
        (
          $0.loadUnaligned(fromByteOffset: 4, as: UInt32.self),
          Int($0.loadUnaligned(fromByteOffset: 12, as: UInt32.self))
        )
      }
      guard rest.count - 16 >= length else { break }
      let name = String(decoding: rest.dropFirst(16).prefix(length).prefix { $0 != 0 }, as: UTF8.self)
      events.append(DirectoryEvent(kind: kind(mask), name: name))
      rest = rest.dropFirst(16 + length)
    }
    return events
  }

  private static func kind(_ mask: UInt32) -> DirectoryEvent.Kind {
    if mask & UInt32(IN_CLOSE_WRITE) != 0 { return .closed }
    if mask & UInt32(IN_MODIFY) != 0 { return .written }
    let isWhole = mask & (UInt32(IN_Q_OVERFLOW) | UInt32(IN_IGNORED) | UInt32(IN_UNMOUNT)) != 0
    return isWhole ? .lost : .replaced
  }
}
