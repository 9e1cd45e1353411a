/// A secret whose text never shows: printing, interpolating or dumping it yields `***`.
///
/// Passwords, tokens, private keys and connection URIs travel in this type from the place where they are read to the
/// C call that needs them; `reveal()` is the only way to the value, so that every use can be found by name.
package struct Redacted<Value: Sendable>: Sendable {
  private let value: Value

  /// Wraps a secret.
  package init(_ value: Value) {
    self.value = value
  }

  /// The secret itself: for handing to the library that needs it, never for a text.
  package func reveal() -> Value {
    value
  }
}

extension Redacted: Equatable where Value: Equatable {}
extension Redacted: Hashable where Value: Hashable {}

extension Redacted: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// Always `***`.
  package var description: String { "***" }
  /// Always `***`.
  package var debugDescription: String { "***" }
  /// A mirror without children, so that `dump` shows nothing.
  package var customMirror: Mirror { Mirror(self, children: [:]) }
}
