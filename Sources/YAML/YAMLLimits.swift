/// What a YAML text may cost at most.
///
/// Nodes and depth are counted after aliases have been expanded, so that a few lines that refer to each other cannot
/// stand for millions of nodes.
package struct YAMLLimits: Sendable, Hashable {
  /// The largest input, in bytes.
  package var inputBytes: Int
  /// The deepest nesting of sequences and mappings.
  package var depth: Int
  /// The largest number of nodes in all documents together.
  package var nodes: Int

  /// Sets the limits.
  package init(inputBytes: Int = 4 << 20, depth: Int = 64, nodes: Int = 200_000) {
    self.inputBytes = inputBytes
    self.depth = depth
    self.nodes = nodes
  }

  /// 4 MiB, 64 levels, 200 000 nodes.
  package static let `default` = YAMLLimits()
}
