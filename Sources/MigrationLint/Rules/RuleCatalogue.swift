extension Rule {
  /// All rules, the gravest first.
  package static let all: [Rule] = [
    citusLock, citusUnique, citusTrigger, citusReferenceDefault, fileChanged, fileName, tenantUndistributed,
    tenantWrongKey, citusUndistributable, lockIndex, transactionAlone, lockInvalidIndex, citusKeyMutation,
    citusForeignKey, lockNotValid, lockNotNull, lockRequiredColumn, lockRewrite, citusSerial, dataMixed, dataVolatile,
    dataUnbounded, safeDrop, safeRename, citusAlter, citusRule, citusAdmin, transactionSession, citusNonEmpty,
    citusWorkers, citusColocate, tenantIndex, tenantEvents, tenantReference, repeatDistribute, repeatExists, lockUnique,
    parseOpaque, lockBundle, styleTypes, parseBroken, ignoreComment, styleNames,
  ]

  /// The rule of a name.
  package static func named(_ id: String) -> Rule? { byID[id] }

  private static let byID = Dictionary(uniqueKeysWithValues: all.map { ($0.id, $0) })
}
