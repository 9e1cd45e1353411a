/// What `baseline` did.
package struct BaselineReport: Sendable {
  /// As recorded.
  package let version: String
  package let description: String
  /// False if the same baseline was there already.
  package let isNew: Bool
  /// Schemas that were created for it.
  package let schemasCreated: [String]
}
