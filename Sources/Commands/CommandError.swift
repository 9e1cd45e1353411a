/// Why a command could not do what it was asked, by itself: what happened and what to do next.
struct CommandError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What kind of failure it is.
  struct Code: Sendable, Hashable, CustomStringConvertible {
    private enum Value: String {
      case usage, unwritable, duplicate, unsuitable
    }

    private let value: Value

    private init(_ value: Value) {
      self.value = value
    }

    /// Arguments that are not understood.
    static let usage = Code(.usage)
    /// A file that cannot be written.
    static let unwritable = Code(.unwritable)
    /// A migration of that version or description is there already.
    static let duplicate = Code(.duplicate)
    /// Something that cannot be made of what is there.
    static let unsuitable = Code(.unsuitable)

    var description: String { value.rawValue }
  }

  let code: Code
  let message: String
  let nextStep: String

  init(_ code: Code, _ message: String, nextStep: String) {
    self.code = code
    self.message = message
    self.nextStep = nextStep
  }

  /// Never: the same arguments give the same answer.
  var isTransient: Bool { false }

  var description: String { "\(message) \(nextStep)" }
}
