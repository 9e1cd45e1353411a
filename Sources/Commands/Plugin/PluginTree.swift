/// A tree of lines, as `tree` draws it.
struct PluginTree {
  /// A line without line breaks.
  var text: String
  var ink: Ink?
  var children: [PluginTree] = []

  init(_ text: String, _ ink: Ink? = nil, children: [PluginTree] = []) {
    self.text = text
    self.ink = ink
    self.children = children
  }

  /// The lines, each with its line break; what came from outside cannot speak to a terminal.
  func render(on terminal: Terminal) -> String {
    var result = ""
    append(to: &result, first: "", rest: "", terminal)
    return result
  }

  private func append(to result: inout String, first: String, rest: String, _ terminal: Terminal) {
    let text = VisibleText.cell(text)
    result += first + (ink.map { $0(text, on: terminal) } ?? text) + "\n"
    for (index, child) in children.enumerated() {
      let isLast = index == children.count - 1
      child.append(
        to: &result, first: rest + (isLast ? "└── " : "├── "), rest: rest + (isLast ? "    " : "│   "), terminal)
    }
  }
}
