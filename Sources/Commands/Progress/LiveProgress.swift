internal import Support

/// What the line says that is written over while a run goes on: events in, a line out.
struct LiveProgress: Sendable {
  private var count = 0
  private var finished = 0
  private var step: ProgressStep?
  private var startedAt = Duration.zero
  private var statement: (index: Int, count: Int)?
  private var holder: String?
  private var backfill: String?

  /// Takes an event in; `now` is the time since the run began.
  mutating func handle(_ event: ProgressEvent, at now: Duration) {
    switch event {
    case .planned(let number):
      count = number
      holder = nil
    case .started(let new):
      (step, startedAt, statement, holder, backfill) = (new, now, nil, nil, nil)
    case .statement(let index, let count, _, _): (statement, backfill) = ((index, count), nil)
    case .backfill(let text, _, _): backfill = text
    case .statementEnded: break
    case .applied:
      finished += 1
      step = nil
    case .failed: step = nil
    case .waiting(let text, _):
      if holder == nil, step == nil { startedAt = now }
      holder = text
    case .note: break
    }
  }

  /// The line now, cut to a width; nil when there is nothing to show.
  func line(at now: Duration, width: Int) -> String? {
    let elapsed = ElapsedText.short(milliseconds: Int((now - startedAt).wholeMilliseconds) / 100 * 100)
    if let holder, step == nil {
      return DisplayWidth.cut(VisibleText.cell("waiting for the lock, \(elapsed): \(holder)"), to: width)
    }
    guard let step else { return nil }
    var parts = ["[\(min(finished + 1, max(count, 1)))/\(max(count, 1))] \(step.title)"]
    if let statement { parts.append("statement \(statement.index) of \(statement.count)") }
    if let backfill { parts.append(backfill) }
    parts.append(elapsed)
    return DisplayWidth.cut(VisibleText.cell(parts.joined(separator: " · ")), to: width)
  }
}
