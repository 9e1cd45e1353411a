internal import Support

/// What `whimbrel dev` says: lines with the time, on standard output.
struct DevVoice: Sendable {
  let terminal: Terminal
  let clock: WallClock
  var write: @Sendable (String) -> Void = { OutputStream.standardOutput.write($0) }

  /// What happens.
  func note(_ text: String) { line(text) }

  /// What keeps something from happening.
  func warn(_ text: String) { line(text, .notable) }

  /// What the controller says, and how long after the save.
  func tell(_ outcome: DevOutcome, after elapsed: Duration) {
    let time = "\(ElapsedText.short(milliseconds: Int(elapsed.wholeMilliseconds))) after the save"
    switch outcome {
    case .unseen: break
    case .pending(let words): line(words)
    case .ready(let words): line("Ready: \(words) (\(time))", .good)
    case .failed(let lines):
      line("Failed (\(time))", .bad)
      for text in lines { line("  \(text)", .bad) }
    }
  }

  private func line(_ text: String, _ ink: Ink? = nil) {
    let visible = VisibleText.cell(text)
    let moment = LocalTime.text(clock.now()).dropFirst(11).prefix(8)
    write("\(moment)  \(ink.map { $0(visible, on: terminal) } ?? visible)\n")
  }
}
