extension Rule {
  static let styleTypes = Rule(
    "style-types", .warning, "A type that is seldom what is meant",
    why:
      "timestamp holds no instant, so each session reads it in its own zone; char(n) pads with blanks; json keeps text and has no "
      + "equality; money depends on a setting of the server; a serial ends at two thousand million.",
    remedy: "Use timestamptz, text, jsonb, numeric and bigserial.",
    hasEdits: true,
    examples: [
      .bad(
        """
        CREATE TABLE bets (tenant_id bigint NOT NULL, bet_id bigint, placed_at timestamp, PRIMARY KEY (tenant_id, bet_id));
        SELECT create_distributed_table('bets', 'tenant_id');
        """, isForServer: false),
      .good(
        """
        CREATE TABLE bets (tenant_id bigint NOT NULL, bet_id bigint, placed_at timestamptz, PRIMARY KEY (tenant_id, bet_id));
        SELECT create_distributed_table('bets', 'tenant_id');
        """),
    ],
    checks: [
      .script(narrowKeys),
      .statement { context in
        let columns: [ColumnDefinition]
        switch context.shape {
        case .createTable(let table): columns = table.columns
        case .alterTable(let alter):
          columns = alter.actions.compactMap { action in
            guard case .addColumn(let column, _, _) = action.kind else { return nil }
            return column
          }
        default: columns = []
        }
        return columns.compactMap { column in
          guard let (better, level) = betterTypes[column.type.canonical] else { return nil }
          let canEdit = column.type.modifiers.isEmpty
          return Remark(
            column.type.range, "\(shown(column.name)) is \(column.type.base); \(better) is what is mostly meant.",
            level: level,
            edits: canEdit ? [Edit(range: column.type.range, replacement: better)] : [])
        }
      },
    ])

  private static let betterTypes: [String: (String, Level)] = [
    "timestamp": ("timestamptz", .warning), "time with time zone": ("time", .info), "json": ("jsonb", .info),
    "money": ("numeric", .warning), "character": ("text", .info),
  ]

  /// Numbered columns of 32 bits and less; where Citus does not take them another rule says so.
  private static func narrowKeys(_ context: ScriptContext) -> [Remark] {
    context.script.statements.flatMap(\.shapes).flatMap { placed -> [Remark] in
      guard case .createTable(let table) = placed.shape, context.state[table.name.name]?.isCitus != true else {
        return []
      }
      return table.columns.filter { $0.isNumbered && $0.type.isNarrow }.map { column in
        Remark(
          column.type.range, "\(shown(column.name)) is \(column.type.base), and its numbers run out.",
          edits: [Edit(range: column.type.range, replacement: column.type.isSerial ? "bigserial" : "bigint")])
      }
    }
  }

  static let styleNames = Rule(
    "style-names", .warning, "A name that PostgreSQL cuts",
    why:
      "A name has at most 63 bytes, and PostgreSQL cuts what is longer with no more than a notice. Two names may become one, and "
      + "Citus has to shorten it further for each shard, whose number it adds.",
    remedy: "Choose a shorter name.",
    serverMessage: "identifier \"...\" will be truncated to \"...\"",
    examples: [
      .bad(
        """
        CREATE TABLE bets (tenant_id bigint NOT NULL, bet_id bigint, PRIMARY KEY (tenant_id, bet_id));
        SELECT create_distributed_table('bets', 'tenant_id');
        CREATE INDEX bets_for_the_monthly_report_of_each_tenant_by_bet_and_by_customer ON bets (tenant_id, bet_id);
        """),
      .good(
        """
        CREATE TABLE bets (tenant_id bigint NOT NULL, bet_id bigint, PRIMARY KEY (tenant_id, bet_id));
        SELECT create_distributed_table('bets', 'tenant_id');
        CREATE INDEX bets_monthly_report ON bets (tenant_id, bet_id);
        """),
    ],
    checks: [
      .statement { context in
        context.shape.givenNames.filter { $0.name.utf8.count > longestName && !ScriptMask.isPlaceholder($0.name) }.map {
          Remark(
            $0.range, "\(shown($0.name)) has \($0.name.utf8.count) bytes, and PostgreSQL keeps \(longestName) of them.")
        }
      }
    ])

  /// `NAMEDATALEN` without its end.
  private static let longestName = 63
}
