/// What `clean` did.
package struct CleanReport: Sendable {
  /// Schemas that were emptied, in configured order.
  package let schemasCleaned: [String]
  /// Schemas that the history said were created for the migrations, dropped.
  package let schemasDropped: [String]
  package let warnings: [String]
}
