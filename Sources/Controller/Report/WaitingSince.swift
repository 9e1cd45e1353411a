internal import Support

/// Since when one and the same thing has been waited for, kept in the message of the condition itself.
///
/// A condition's own `lastTransitionTime` does not tell: it stays when the reason changes.
enum WaitingSince {
  private static let mark = "; waiting since "

  /// The message with its end, `; waiting since <RFC 3339>`, at most `limit` code points in all.
  ///
  /// The moment is the one that the condition before names if that waited for the same reason, else `now`.
  static func message(
    _ message: String, reason: Reason, before: Condition?, now: Timestamp, limit: Int
  ) -> String {
    let isSame = before?.reason == reason.rawValue
    let since = (isSame ? before.flatMap { moment(in: $0.message) } : nil) ?? now
    let end = mark + since.rfc3339
    return message.cut(limit - end.unicodeScalars.count) + end
  }

  /// The message without that end.
  static func plain(_ message: String) -> String {
    guard let place = place(in: message) else { return message }
    return String(message[..<place.start])
  }

  private static func moment(in message: String) -> Timestamp? { place(in: message)?.since }

  private static func place(in message: String) -> (start: String.Index, since: Timestamp)? {
    guard let range = message.ranges(of: mark).last,
      let since = Timestamp(rfc3339: String(message[range.upperBound...]))
    else { return nil }
    return (range.lowerBound, since)
  }
}
