/// What PostgreSQL's catalog says about functions that often stand in defaults (`pg_proc.provolatile`).
enum FunctionVolatility: Sendable {
  /// The same for the same arguments, for ever.
  case immutable
  /// The same within one statement.
  case stable
  /// Something else each time.
  case volatile

  /// Keywords that are calls without parentheses.
  static let keywords: Set<String> = [
    "current_timestamp", "current_date", "current_time", "localtimestamp", "localtime", "current_user", "session_user",
    "user", "current_role", "current_schema", "current_catalog",
  ]

  private static let stableFunctions: Set<String> = keywords.union([
    "now", "transaction_timestamp", "statement_timestamp", "current_setting", "inet_client_addr", "txid_current",
    "pg_current_xact_id", "to_timestamp", "to_char", "age", "current_database", "pg_backend_pid",
  ])

  /// Stable for how they write values, not for when they run.
  private static let writingFunctions: Set<String> = [
    "concat", "concat_ws", "format", "array_to_string", "to_json", "to_jsonb", "row_to_json", "array_to_json",
    "json_build_object", "jsonb_build_object", "json_build_array", "jsonb_build_array", "to_date",
  ]

  private static let volatileFunctions: Set<String> = [
    "random", "random_normal", "gen_random_uuid", "uuid_generate_v1", "uuid_generate_v1mc", "uuid_generate_v4",
    "uuidv4",
    "uuidv7", "clock_timestamp", "timeofday", "nextval", "setval", "currval", "lastval", "gen_random_bytes", "gen_salt",
    "set_config", "pg_sleep",
  ]

  /// Of a function by its name in lower case; nil for one that is not known.
  static func of(_ function: String) -> FunctionVolatility? {
    if volatileFunctions.contains(function) { return .volatile }
    if stableFunctions.contains(function) { return .stable }
    return nil
  }

  /// The first function in an expression that is known to be volatile.
  static func volatileCall(in expression: Expression) -> String? {
    expression.calls.first { of($0) == .volatile }
  }

  /// The first function in an expression that is known not to be immutable.
  static func mutableCall(in expression: Expression) -> String? {
    expression.calls.first { of($0) == .volatile || isStable($0) }
  }

  static func isStable(_ function: String) -> Bool { of(function) == .stable || writingFunctions.contains(function) }

  private static let texts: Set<String> = ["text", "character varying", "character"]
  private static let times: Set<String> = [
    "date", "timestamp", "timestamp with time zone", "time", "time with time zone", "interval",
  ]

  /// Whether a cast depends on settings of the session, as that of a time to its text does.
  static func isStableCast(from: String, to: String) -> Bool {
    if texts.contains(from) { return times.contains(to) }
    if times.contains(from), texts.contains(to) { return true }
    let zoned = "timestamp with time zone"
    return from != to && (from == zoned && times.contains(to) || to == zoned && ["date", "timestamp"].contains(from))
  }

  /// The first function in an expression that changes with time or session.
  static func changingCall(in expression: Expression) -> String? {
    expression.calls.first { of($0) == .volatile || of($0) == .stable }
  }
}
