internal import Support

/// Shows a run while it goes on: one task writes, so that lines and the live line never mix.
struct RunDisplay: Sendable {
  private enum Item: Sendable {
    case event(ProgressEvent, text: String)
    case tick
  }

  private let console: Console
  private let log: ProgressLog
  private let items: AsyncStream<Item>
  private let continuation: AsyncStream<Item>.Continuation

  init(console: Console, schema: String) {
    self.console = console
    log = ProgressLog(schema: schema, isLive: console.isLive)
    // Bounded by the run: an event for each statement.
    (items, continuation) = AsyncStream.makeStream()
  }

  /// Takes an event; never blocks.
  func report(_ event: ProgressEvent) {
    let text = log.lines(for: event).map(console.render).joined()
    // Nobody is woken for what nobody sees.
    guard console.isLive || !text.isEmpty else { return }
    continuation.yield(.event(event, text: text))
  }

  /// Runs `body` and shows what it reports; returns when everything is written.
  func during<Value: Sendable>(_ body: @escaping @Sendable () async -> Value) async -> Value {
    await withTaskGroup(of: Void.self) { group in
      // A terminal that is stopped must not stop the run.
      group.addTask(executorPreference: globalConcurrentExecutor) { await follow() }
      if console.isLive { group.addTask(executorPreference: globalConcurrentExecutor) { await tick() } }
      let value = await body()
      continuation.finish()
      // The ticks end with the cancellation, the writing with the stream.
      await group.next()
      group.cancelAll()
      return value
    }
  }

  // A cancelled task gets no more from a stream; what is reported while a run is rolled back must be shown all the same,
  // so the items are taken as long as there are any.
  private func follow() async {
    var writer = LiveWriter(console: console)
    var progress = LiveProgress()
    let clock = ContinuousClock()
    let start = clock.now
    var shownAt = Duration.zero
    for await item in items {
      let now = clock.now - start
      if case .event(let event, let text) = item {
        progress.handle(event, at: now)
        writer.write(text)
      }
      guard console.isLive else { continue }
      let line = progress.line(at: now, width: console.log.width - 1)
      // Many short statements are no reason to write all the time; the next tick shows where the run is.
      guard line == nil || now - shownAt >= .milliseconds(100) else { continue }
      writer.show(line)
      shownAt = now
    }
    writer.show(nil)
  }

  private func tick() async {
    while !Task.isCancelled {
      continuation.yield(.tick)
      do { try await Task.sleep(for: .milliseconds(200)) } catch { return }
    }
  }
}

/// Writes lines above a line that is written over.
private struct LiveWriter {
  let console: Console
  private var shown: String?

  init(console: Console) {
    self.console = console
  }

  mutating func write(_ text: String) {
    guard !text.isEmpty else { return }
    OutputStream.standardError.write((shown == nil ? "" : Self.erase) + text)
    shown = nil
  }

  mutating func show(_ line: String?) {
    guard console.isLive, line != shown else { return }
    OutputStream.standardError.write((shown == nil ? "" : Self.erase) + (line ?? ""))
    shown = line
  }

  // To the first column, and clear to the end of the line (ECMA-48 CR, EL).
  private static let erase = "\r\u{1B}[K"
}
