/// A moment of a clock that only the test moves.
struct VirtualInstant: InstantProtocol, ExpressibleByIntegerLiteral {
  var seconds: Int

  init(integerLiteral value: Int) { seconds = value }
  init(_ seconds: Int) { self.seconds = seconds }

  func advanced(by duration: Duration) -> VirtualInstant { VirtualInstant(seconds + Int(duration.components.seconds)) }
  func duration(to other: VirtualInstant) -> Duration { .seconds(other.seconds - seconds) }
  static func < (left: VirtualInstant, right: VirtualInstant) -> Bool { left.seconds < right.seconds }
}
