/// Why a part of `spec.promotion`, or a directive of a script, cannot be read.
package struct PromotionError: Error, Sendable, Equatable {
  /// What kind of text is wrong.
  package struct Code: Sendable, Hashable {
    private enum Kind: Sendable { case schedule, zone, directive }
    private let kind: Kind

    /// A cron expression.
    package static let schedule = Code(kind: .schedule)
    /// A time zone's name, or its file.
    package static let zone = Code(kind: .zone)
    /// A comment that begins with `whimbrel:`.
    package static let directive = Code(kind: .directive)
  }

  package let code: Code
  /// What is wrong, and what to write instead.
  package let message: String
  /// False: the same text is wrong again.
  package var isTransient: Bool { false }

  init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  /// A zone that cannot be had.
  package static func zone(_ name: ZoneName, _ why: String, in directory: String) -> PromotionError {
    PromotionError(.zone, "time zone \(name.text): \(why); name one of those in \(directory) (Debian's package tzdata)")
  }
}
