/// How much is worked on at once.
package struct WorkLimits: Sendable, Equatable {
  /// Keys in all, at least one.
  package let total: Int
  /// Keys of one group, at least one; keys without a group count towards the total only.
  package let perGroup: Int

  /// Limits; less than one counts as one.
  package init(total: Int, perGroup: Int = .max) {
    self.total = max(1, total)
    self.perGroup = max(1, perGroup)
  }
}
