/// A row of the history table as the model keeps it.
struct ModelRow: Equatable {
  var rank: Int
  /// The numbers of the version; nil for repeatables and for created schemas.
  var version: [Int]?
  var versionText: String?
  var description: String
  var type: String
  var script: String
  var checksum: Int32?
  var success: Bool

  var isSynthetic: Bool { type == "SCHEMA" || type == "BASELINE" || type == "DELETE" }
  var isBaseline: Bool { type == "BASELINE" || type == "SQL_BASELINE" }
}
