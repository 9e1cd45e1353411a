/// The syntax of Java's properties files (`java.util.Properties.load`), in which Flyway's `.conf` files are written.
package enum JavaProperties {
  /// One setting.
  package struct Entry: Sendable, Hashable {
    /// Escapes resolved.
    package let key: String
    /// Escapes resolved, leading blanks gone.
    package let value: String
    /// Where it starts, from 1.
    package let line: Int
  }
}
