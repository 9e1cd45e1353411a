extension DeliberateDifference {
  /// All of them, by case; `docs/flyway.md` has the same list.
  static let all = (hanging + losing + sold + safe).sorted { $0.recordedCase < $1.recordedCase }

  // MARK: Flyway hangs

  private static let hanging: [DeliberateDifference] = [
    DeliberateDifference(
      "cic_default_lock", .hangs,
      why:
        "`CREATE INDEX CONCURRENTLY` waits for the transaction that holds Flyway's lock; the server ends the index after the kill, without a row",
      instead: "the index is built and recorded; the second run has nothing to do",
      [
        0: [
          "exit": #"0"#,
          "history": #"""
          [
            [1, "1", "a", "SQL", "V1__a.sql", -623083431, true],
            [2, "2", "cic", "SQL", "V2__cic.sql", -740883162, true]
          ]
          """#,
          "info": #"""
          [
            ["Versioned", "1", "a", "SQL", "Success", "$DIR/sql/V1__a.sql"],
            ["Versioned", "2", "cic", "SQL", "Success", "$DIR/sql/V2__cic.sql"]
          ]
          """#,
          "schemaVersion": #""2""#,
        ],
        1: [
          "history": #"""
          [
            [1, "1", "a", "SQL", "V1__a.sql", -623083431, true],
            [2, "2", "cic", "SQL", "V2__cic.sql", -740883162, true]
          ]
          """#,
          "info": #"""
          [
            ["Versioned", "1", "a", "SQL", "Success", "$DIR/sql/V1__a.sql"],
            ["Versioned", "2", "cic", "SQL", "Success", "$DIR/sql/V2__cic.sql"]
          ]
          """#,
          "schemaVersion": #""2""#,
        ],
        2: [
          "error": #"null"#,
          "exit": #"0"#,
          "history": #"""
          [
            [1, "1", "a", "SQL", "V1__a.sql", -623083431, true],
            [2, "2", "cic", "SQL", "V2__cic.sql", -740883162, true]
          ]
          """#,
          "info": #"""
          [
            ["Versioned", "1", "a", "SQL", "Success", "$DIR/sql/V1__a.sql"],
            ["Versioned", "2", "cic", "SQL", "Success", "$DIR/sql/V2__cic.sql"]
          ]
          """#,
        ],
      ]),
    DeliberateDifference(
      "copy_no_end_mark", .hangs,
      why: "`COPY ... FROM STDIN` without `\\.` makes Flyway spin for ever",
      instead: "an error with its place",
      [
        0: [
          "error": #""FAILED_VERSIONED_MIGRATION""#,
          "exit": #"1"#,
        ]
      ]),
    DeliberateDifference(
      "parser_copy_bad", .hangs,
      why: "`COPY ... FROM STDIN` without `\\.` makes Flyway spin for ever",
      instead: "an error with its place",
      [
        1: [
          "error": #""FAILED_VERSIONED_MIGRATION""#,
          "exit": #"1"#,
        ]
      ]),
  ]

  // MARK: Flyway loses or hides something

  private static let losing: [DeliberateDifference] = [
    DeliberateDifference(
      "callbacks_v_only_r_only", .loses,
      why:
        "the row of a failed migration without transaction is rolled back with the lock that Flyway takes by default",
      instead: "the failed row stays and stops the next run until `repair`",
      [
        3: [
          "history": #"""
          [
            [1, "1", "a", "SQL", "V1__a.sql", -623083431, true],
            [2, null, "r", "SQL", "R__r.sql", -152556400, true],
            [3, "2", "b", "SQL", "V2__b.sql", 1973197812, false]
          ]
          """#
        ],
        4: [
          "error": #""VALIDATE_ERROR""#,
          "queries.log": #""""#,
        ],
      ]),
    DeliberateDifference(
      "insert_row_failure_rolls_back", .loses,
      why: "the migration without transaction runs, and then its row cannot be written",
      instead: "the row is written first; what cannot be recorded does not run",
      [
        3: [
          "tables": #"["public.a", "public.flyway_schema_history"]"#
        ],
        4: [
          "tables": #"["public.a", "public.flyway_schema_history"]"#
        ],
      ]),
    DeliberateDifference(
      "mixed_fail", .loses,
      why:
        "the row of a failed migration without transaction is rolled back with the lock that Flyway takes by default",
      instead: "the failed row stays and stops the next run until `repair`",
      [
        0: [
          "history": #"[[1, "1", "m", "SQL", "V1__m.sql", -859638930, false]]"#,
          "info": #"[["Versioned", "1", "m", "SQL", "Failed", "$DIR/sql/V1__m.sql"]]"#,
          "schemaVersion": #""1""#,
        ],
        1: [
          "error": #""VALIDATE_ERROR""#,
          "tables": #"["public.flyway_schema_history"]"#,
        ],
      ]),
    DeliberateDifference(
      "nontx_detection", .loses,
      why:
        "`DISCARD ALL` takes Flyway's lock away: the run fails although all is recorded, and another one may already be at work",
      instead:
        "the lock is taken again; V08 runs at once, since `REINDEX ... CONCURRENTLY` is known to need no transaction",
      [
        0: [
          "error": #"null"#,
          "exit": #"0"#,
          "history": #"""
          [
            [1, "01", "t", "SQL", "V01__t.sql", -75490300, true],
            [2, "02", "alter type", "SQL", "V02__alter_type.sql", 1782409339, true],
            [3, "03", "reindex table", "SQL", "V03__reindex_table.sql", -860967468, true],
            [4, "04", "vacuum paren", "SQL", "V04__vacuum_paren.sql", -1568058967, true],
            [5, "05", "lower cic", "SQL", "V05__lower_cic.sql", 594858909, true],
            [6, "06", "drop cic", "SQL", "V06__drop_cic.sql", 1324199935, true],
            [7, "07", "discard", "SQL", "V07__discard.sql", -485257151, true],
            [8, "08", "reindex conc", "SQL", "V08__reindex_conc.sql", 1707322109, true]
          ]
          """#,
          "info": #"""
          [
            ["Versioned", "01", "t", "SQL", "Success", "$DIR/sql/V01__t.sql"],
            ["Versioned", "02", "alter type", "SQL", "Success", "$DIR/sql/V02__alter_type.sql"],
            ["Versioned", "03", "reindex table", "SQL", "Success", "$DIR/sql/V03__reindex_table.sql"],
            ["Versioned", "04", "vacuum paren", "SQL", "Success", "$DIR/sql/V04__vacuum_paren.sql"],
            ["Versioned", "05", "lower cic", "SQL", "Success", "$DIR/sql/V05__lower_cic.sql"],
            ["Versioned", "06", "drop cic", "SQL", "Success", "$DIR/sql/V06__drop_cic.sql"],
            ["Versioned", "07", "discard", "SQL", "Success", "$DIR/sql/V07__discard.sql"],
            ["Versioned", "08", "reindex conc", "SQL", "Success", "$DIR/sql/V08__reindex_conc.sql"]
          ]
          """#,
          "schemaVersion": #""08""#,
        ],
        1: [
          "migrate.initialSchemaVersion": #""08""#,
          "migrate.migrations": #"[]"#,
          "migrate.migrationsExecuted": #"0"#,
          "migrate.targetSchemaVersion": #"null"#,
        ],
      ]),
    DeliberateDifference(
      "parser_begin_commit", .loses,
      why: "a script with a `COMMIT` of its own that fails later leaves half of its work and no row",
      instead: "it runs as one without transaction: the failed row stays and stops what follows until `repair`",
      [
        0: [
          "history": #"[[1, "1", "b", "SQL", "V1__b.sql", -158313614, false]]"#,
          "info": #"[["Versioned", "1", "b", "SQL", "Failed", "$DIR/sql/V1__b.sql"]]"#,
          "schemaVersion": #""1""#,
        ],
        1: [
          "error": #""VALIDATE_ERROR""#,
          "exit": #"1"#,
          "history": #"[[1, "1", "b", "SQL", "V1__b.sql", -158313614, false]]"#,
          "info": #"[["Versioned", "1", "b", "SQL", "Failed", "$DIR/sql/V1__b.sql"]]"#,
          "migrate.initialSchemaVersion": #"null"#,
          "migrate.migrations": #"null"#,
          "migrate.migrationsExecuted": #"null"#,
          "migrate.schemaName": #"null"#,
          "migrate.success": #"null"#,
          "migrate.targetSchemaVersion": #"null"#,
        ],
        2: [
          "error": #""VALIDATE_ERROR""#,
          "history": #"[[1, "1", "b", "SQL", "V1__b.sql", -158313614, false]]"#,
          "info": #"""
          [
            ["Versioned", "1", "b", "SQL", "Failed", "$DIR/sql/V1__b.sql"],
            ["Versioned", "2", "c", "SQL", "Pending", "$DIR/sql/V2__c.sql"]
          ]
          """#,
          "tables": #"["public.b1", "public.flyway_schema_history"]"#,
        ],
      ]),
    DeliberateDifference(
      "script_migration", .loses,
      why:
        "the row of a failed migration without transaction is rolled back with the lock that Flyway takes by default",
      instead: "the failed row of the program stays and stops the next run until `repair`",
      [
        1: [
          "history": #"""
          [
            [1, "1", "x", "SCRIPT", "V1__x.sh", -733197772, true],
            [2, "2", "y", "SQL", "V2__y.sql", -823548457, true],
            [3, "3", "fail", "SCRIPT", "V3__fail.sh", 1533922236, false]
          ]
          """#,
          "info": #"""
          [
            ["Versioned", "1", "x", "SCRIPT", "Success", "$DIR/sql/V1__x.sh"],
            ["Versioned", "2", "y", "SQL", "Success", "$DIR/sql/V2__y.sql"],
            ["Versioned", "3", "fail", "SCRIPT", "Failed", "$DIR/sql/V3__fail.sh"]
          ]
          """#,
          "schemaVersion": #""3""#,
        ],
        2: [
          "history": #"""
          [
            [1, "1", "x", "SCRIPT", "V1__x.sh", -733197772, true],
            [2, "2", "y", "SQL", "V2__y.sql", -823548457, true],
            [3, "3", "fail", "SCRIPT", "V3__fail.sh", 1533922236, false]
          ]
          """#,
          "info": #"""
          [
            ["Versioned", "1", "x", "SCRIPT", "Success", "$DIR/sql/V1__x.sh"],
            ["Versioned", "2", "y", "SQL", "Success", "$DIR/sql/V2__y.sql"],
            ["Versioned", "3", "fail", "SCRIPT", "Failed", "$DIR/sql/V3__fail.sh"]
          ]
          """#,
          "schemaVersion": #""3""#,
        ],
      ]),
  ]

  // MARK: Flyway sells it

  private static let sold: [DeliberateDifference] = [
    DeliberateDifference(
      "cli_text_output", .sells,
      why: "`undo` ends with 35 in the open source edition",
      instead: "`undo` works; here it ends with 1, as there is no undo file", paths: [.commandLine],
      [
        9: [
          "exit": #"1"#
        ]
      ]),
    DeliberateDifference(
      "conf_executeInTransaction", .sells,
      why: "`shouldExecute` ends with 35 in the open source edition",
      instead: "the condition is followed: V4 is `Ignored`",
      [
        4: [
          "error": #"null"#,
          "exit": #"0"#,
          "info": #"""
          [
            ["Versioned", "1", "a", "SQL", "Success", "$DIR/sql/V1__a.sql"],
            ["Versioned", "2", "b", "SQL", "Success", "$DIR/sql/V2__b.sql"],
            ["Versioned", "3", "c", "SQL", "Success", "$DIR/sql/V3__c.sql"],
            ["Versioned", "4", "d", "SQL", "Ignored", "$DIR/sql/V4__d.sql"]
          ]
          """#,
          "schemaVersion": #""3""#,
        ]
      ]),
    DeliberateDifference(
      "dry_run_output_ignored", .sells,
      why: "the open source edition passes over `dryRunOutput` and applies the migrations",
      instead: "it is refused, and nothing is applied; `plan` shows what would run",
      [
        0: [
          "error": #""CONFIGURATION""#,
          "exit": #"1"#,
          "history": #"null"#,
          "migrate.initialSchemaVersion": #"null"#,
          "migrate.migrations": #"null"#,
          "migrate.migrationsExecuted": #"null"#,
          "migrate.schemaName": #"null"#,
          "migrate.success": #"null"#,
          "migrate.targetSchemaVersion": #"null"#,
          "tables": #"[]"#,
        ]
      ]),
    DeliberateDifference(
      "names_strict_undo", .sells,
      why: "for the open source edition `U1__a.sql` is a bad name",
      instead: "undo files are good names",
      [
        0: [
          "error": #"null"#,
          "exit": #"0"#,
          "info": #"[["Versioned", "1", "a", "SQL", "Success", "$DIR/sql/V1__a.sql"]]"#,
          "schemaVersion": #""1""#,
          "tables": #"["public.a", "public.flyway_schema_history"]"#,
        ]
      ]),
  ]

  // MARK: Safety

  private static let safe: [DeliberateDifference] = [
    DeliberateDifference(
      "parser_dollar_param_hides_nontx", .safety,
      why:
        "scripts are cut where the server would cut them; for Flyway `$1` swallows what follows, and the server refuses that",
      instead: "the mixed statements are named before the script runs",
      [
        0: [
          "error": #""ERROR""#
        ]
      ]),
    DeliberateDifference(
      "parser_dollar_param_no_parens", .safety,
      why:
        "scripts are cut where the server would cut them; for Flyway `$1` swallows what follows, and the server refuses that",
      instead: "the mixed statements are named before the script runs",
      [
        0: [
          "error": #""ERROR""#
        ]
      ]),
    DeliberateDifference(
      "parser_lower_e_no_parens", .safety,
      why:
        "scripts are cut where the server would cut them; Flyway takes the `;` in `e'it\\'s; ok'` for an end and fails",
      instead: "the script runs",
      [
        0: [
          "error": #"null"#,
          "exit": #"0"#,
          "history": #"[[1, "1", "e", "SQL", "V1__e.sql", 508893603, true]]"#,
          "info": #"[["Versioned", "1", "e", "SQL", "Success", "$DIR/sql/V1__e.sql"]]"#,
          "queries.e": #""it's; ok|second""#,
          "schemaVersion": #""1""#,
          "tables": #"["public.e", "public.flyway_schema_history"]"#,
        ]
      ]),
    DeliberateDifference(
      "parser_search_path", .safety,
      why: "a migration must not depend on which others ran in the same session; and sessions bear their own name",
      instead:
        "role and settings are reset before each migration: `lock_timeout` is the default, `application_name` is `whimbrel`",
      [
        0: [
          "queries.x3": #""5s|\"public\",\"$user\", public|whimbrel""#
        ]
      ]),
  ]
}
