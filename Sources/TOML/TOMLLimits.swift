/// What a text may cost at most.
package struct TOMLLimits: Sendable, Hashable {
  /// Bytes of the text.
  package var inputBytes: Int
  /// Values, tables and arrays in all.
  package var nodes: Int
  /// Dots between the parts of keys in one line: with the parser's own bound on brackets this bounds the depth.
  package var dotsPerLine: Int

  /// Limits that no configuration by hand reaches: 1 MiB, 100,000 nodes, 32 dots.
  package init(inputBytes: Int = 1 << 20, nodes: Int = 100_000, dotsPerLine: Int = 32) {
    self.inputBytes = inputBytes
    self.nodes = nodes
    self.dotsPerLine = dotsPerLine
  }

  /// The limits that no configuration by hand reaches.
  package static let `default` = TOMLLimits()
}
