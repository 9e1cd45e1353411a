internal import Support

/// Where notices go: kept until taken, at most the newest 1000, and handed to the handler.
final class NoticeSink: Sendable {
  private static let limit = 1000

  private let notices = Guarded<[Notice]>([])
  private let handler: (@Sendable (Notice) -> Void)?

  init(handler: (@Sendable (Notice) -> Void)?) {
    self.handler = handler
  }

  func add(_ notice: Notice) {
    notices.withLock { notices in
      if notices.count >= Self.limit {
        notices.removeFirst(notices.count - Self.limit + 1)
      }
      notices.append(notice)
    }
    handler?(notice)
  }

  func take() -> [Notice] {
    notices.withLock { notices in
      defer { notices = [] }
      return notices
    }
  }
}
