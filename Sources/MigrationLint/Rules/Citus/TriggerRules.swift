internal import MigrationCore

extension Rule {
  static let citusTrigger = Rule(
    "cit-trigger", .error, "A trigger on a distributed or reference table",
    why: "Citus has no triggers on distributed and reference tables. A trigger that is forced "
      + "(`citus.enable_unsafe_triggers`) fires on workers, once for each shard, where views and other tables are not.",
    remedy: "Do it where rows are written: in the application, in an outbox table that is distributed alike, or in a "
      + "job that adds up new rows into a distributed rollup table.",
    serverMessage: "triggers are not supported on distributed tables",
    examples: [
      .bad(
        """
        CREATE TABLE bets (tenant_id bigint NOT NULL, bet_id bigint, PRIMARY KEY (tenant_id, bet_id));
        SELECT create_distributed_table('bets', 'tenant_id');
        CREATE FUNCTION note_bet() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
        CREATE TRIGGER note_bet AFTER INSERT ON bets FOR EACH ROW EXECUTE FUNCTION note_bet();
        """, refusal: "triggers are not supported on distributed tables"),
      .bad(
        """
        CREATE TABLE bets (tenant_id bigint NOT NULL, bet_id bigint, PRIMARY KEY (tenant_id, bet_id));
        CREATE FUNCTION note_bet() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
        CREATE TRIGGER note_bet AFTER INSERT ON bets FOR EACH ROW EXECUTE FUNCTION note_bet();
        SELECT create_distributed_table('bets', 'tenant_id');
        """, refusal: "because it has triggers"),
      .good(
        """
        CREATE TABLE bet_notes (tenant_id bigint NOT NULL, bet_id bigint, note text, PRIMARY KEY (tenant_id, bet_id));
        SELECT create_distributed_table('bet_notes', 'tenant_id');
        """),
    ],
    checks: [.statement(checkTrigger)])

  private static func checkTrigger(_ context: StatementContext) -> [Remark] {
    switch context.shape {
    case .createTrigger(let name, let table): refused(table, "The trigger \(shown(name)) is on", context)
    case .drop(let drop) where drop.kind == "trigger":
      drop.table.map { refused($0, "The trigger is on", context) } ?? []
    case .alterOther(let alter) where alter.kind == "trigger":
      alter.name.map { refused($0, "The trigger is on", context) } ?? []
    case .alterTable(let alter):
      alter.actions.flatMap { action -> [Remark] in
        guard case .trigger = action.kind else { return [] }
        return refused(alter.table, "Triggers are switched on", context)
      }
    case .query(let query): query.calls.flatMap { distributedWithTriggers($0, context) }
    default: []
    }
  }

  private static func refused(_ table: NamePlace, _ what: String, _ context: StatementContext) -> [Remark] {
    guard let state = context.table(table), state.isCitus else { return [] }
    return [Remark(context.placed.range, "\(what) \(shown(table)), which is a \(state.title).")]
  }

  private static func distributedWithTriggers(_ call: Call, _ context: StatementContext) -> [Remark] {
    guard CitusFunctions.distributing.contains(call.function) || call.function == "create_reference_table",
      let name = call.table(), let table = context.table(name), let trigger = table.triggers.min()
    else { return [] }
    return [
      Remark(
        call.range,
        "\(shown(name)) has the trigger \(shown(trigger)): Citus says `cannot distribute relation "
          + "\"\(ScriptMask.shown(name.name.name))\" because it has triggers`.")
    ]
  }

  static let citusRule = Rule(
    "cit-rule", .error, "A rule on a distributed or reference table",
    why:
      "Citus does not send rules to other nodes and does not plan with them: the rule works on the coordinator only, "
      + "and DO INSTEAD NOTHING swallows rows there.",
    remedy: "Use a view, or do it in the application.",
    examples: [
      .bad(
        """
        CREATE TABLE bets (tenant_id bigint NOT NULL, bet_id bigint, PRIMARY KEY (tenant_id, bet_id));
        SELECT create_distributed_table('bets', 'tenant_id');
        CREATE RULE keep_bets AS ON DELETE TO bets DO INSTEAD NOTHING;
        """),
      .good(
        """
        CREATE TABLE bets (tenant_id bigint NOT NULL, bet_id bigint, PRIMARY KEY (tenant_id, bet_id));
        SELECT create_distributed_table('bets', 'tenant_id');
        CREATE VIEW kept_bets AS SELECT * FROM bets;
        """),
    ],
    checks: [
      .statement { context in
        guard case .createRule(let table) = context.shape else { return [] }
        return refused(table, "The rule is on", context)
      }
    ])
}
