internal import Support

/// Something that happened once, before it becomes an Event or counts as a repetition of one.
///
/// Its texts keep within what the API server accepts (`pkg/apis/core/validation/events.go`): 128 bytes for reason and
/// action, 1 kB for the note.
struct EventOccurrence: Sendable, Hashable {
  let type: EventType
  let reason: String
  let action: String
  let note: String
  let regarding: ObjectReference
  let at: Timestamp

  init(
    _ type: EventType, reason: String, action: String, note: String, regarding: ObjectReference, at moment: Timestamp
  ) {
    self.type = type
    self.reason = Self.bounded(reason, bytes: 128)
    self.action = Self.bounded(action.isEmpty ? reason : action, bytes: 128)
    self.note = Self.bounded(note, bytes: 1024)
    var regarding = regarding
    // With the version, every change of the object would begin a new series.
    regarding.resourceVersion = nil
    self.regarding = regarding
    at = moment
  }

  /// Cuts a text between two characters, and shows that it was cut.
  static func bounded(_ text: String, bytes limit: Int) -> String {
    guard text.utf8.count > limit else { return text }
    var result = ""
    var size = "…".utf8.count
    for character in text {
      size += character.utf8.count
      if size > limit { break }
      result.append(character)
    }
    return result + "…"
  }
}
