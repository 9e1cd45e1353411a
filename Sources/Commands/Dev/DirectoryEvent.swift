/// One thing that happened to a name in a directory.
struct DirectoryEvent: Sendable, Equatable {
  enum Kind: Sendable {
    /// Bytes were written; whoever wrote them has the file still open.
    case written
    /// A writer has closed it.
    case closed
    /// It came, went, or took another file's place.
    case replaced
    /// More happened than the kernel kept: anything may have changed.
    case lost
  }

  let kind: Kind
  var name = ""
}
