/// A change of a file's text: the bytes of a range are replaced.
package struct Edit: Sendable, Hashable {
  /// Byte offsets in the file; empty for an insertion.
  package let range: Range<Int>
  /// What stands there afterwards.
  package let replacement: String

  /// A replacement.
  package init(range: Range<Int>, replacement: String) {
    self.range = range
    self.replacement = replacement
  }

  /// An insertion at an offset.
  static func insert(_ text: String, at offset: Int) -> Edit {
    Edit(range: offset..<offset, replacement: text)
  }
}

extension Edit {
  /// A text with edits applied; of edits that overlap or are there twice the first one counts.
  ///
  /// Edits come in groups, one for each finding: a group is applied as a whole or not at all.
  ///
  /// - Returns: the text, and how many groups were applied.
  package static func apply(_ groups: [[Edit]], to bytes: [UInt8]) -> (bytes: [UInt8], applied: Int) {
    var accepted: [Edit] = []
    var applied = 0
    for group in groups where !group.isEmpty {
      let isInside = group.allSatisfy { $0.range.lowerBound >= 0 && $0.range.upperBound <= bytes.count }
      let isNew = group.contains { !accepted.contains($0) }
      let others = group.filter { !accepted.contains($0) }
      let clashes = others.contains { one in accepted.contains { $0.clashes(with: one) } }
      guard isInside, !clashes else { continue }
      applied += isNew ? 1 : 0
      accepted += others
    }
    var result: [UInt8] = []
    var copied = 0
    for edit in accepted.sorted(by: { $0.range.lowerBound < $1.range.lowerBound }) {
      result += bytes[copied..<edit.range.lowerBound]
      result += Array(edit.replacement.utf8)
      copied = edit.range.upperBound
    }
    result += bytes[copied...]
    return (result, applied)
  }

  private func clashes(with other: Edit) -> Bool {
    range.lowerBound == other.range.lowerBound || range.overlaps(other.range)
  }
}
