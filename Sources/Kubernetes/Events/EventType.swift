/// Whether an Event tells of something expected.
package enum EventType: String, Sendable, Hashable {
  /// Something that was to happen happened.
  case normal = "Normal"
  /// Something that someone may have to look at.
  case warning = "Warning"
}
