import Postgres
import Support
import TestSupport
import Testing

@Suite(.enabled(if: PostgresServer.isAvailable, "no PostgreSQL here"), .timeLimit(.minutes(5)))
struct StatementTests {
  private func connect() async throws -> PostgresConnection {
    try await PostgresConnection.connect(try await PostgresServer.shared().parameters())
  }

  @Test("one message of several statements returns the result of the last")
  func severalStatements() async throws {
    let connection = try await connect()
    let result = try await connection.execute(
      "CREATE TEMP TABLE t (a int, b text); INSERT INTO t VALUES (1, 'x'), (2, NULL); SELECT * FROM t ORDER BY a")
    #expect(result.columns == ["a", "b"])
    #expect(result.rows.map(\.values) == [["1", "x"], ["2", nil]])
    #expect(result.commandTag == "SELECT 2")
    let update = try await connection.execute("UPDATE t SET a = a + 1")
    #expect(update.affectedRows == 2)
    #expect(update.commandTag == "UPDATE 2")
    await connection.close()
  }

  @Test("an error in one of several statements is the error of the message")
  func errorInTheMiddle() async throws {
    let connection = try await connect()
    let error = await #expect(throws: PostgresError.self) {
      try await connection.execute("SELECT 1; SELECT * FROM nowhere; SELECT 2")
    }
    #expect(error?.code == .server)
    #expect(error?.sqlState == .undefinedTable)
    #expect(error?.server?.statementPosition == 25)
    #expect(error?.completed == 1)
    #expect(try await connection.execute("SELECT 3").rows[0][0] == "3")
    await connection.close()
  }

  @Test("an empty message has an empty result")
  func empty() async throws {
    let connection = try await connect()
    #expect(try await connection.execute("") == QueryResult())
    #expect(try await connection.execute("-- nothing").rows.isEmpty)
    await connection.close()
  }

  @Test("parameters are sent beside the statement, NULL among them")
  func parameters() async throws {
    let connection = try await connect()
    let result = try await connection.query(
      "SELECT $1::text AS quoted, $2::int + 1 AS sum, $3::text AS nothing", ["it's; --", "41", nil])
    #expect(result.rows.map(\.values) == [["it's; --", "42", nil]])
    #expect(result.rows[0]["sum"] == "42")
    #expect(result.rows[0]["absent"] == nil)
    #expect(result.rows[0][7] == nil)
    await connection.close()
  }

  @Test("a NUL byte is refused before anything is sent", arguments: [0, 1])
  func nulByte(place: Int) async throws {
    let connection = try await connect()
    let error = await #expect(throws: PostgresError.self) {
      place == 0
        ? try await connection.execute("SELECT 1\0; SELECT 2") : try await connection.query("SELECT $1", ["a\0b"])
    }
    #expect(error?.code == .invalidParameters)
    #expect(connection.isOpen)
    await connection.close()
  }

  @Test("every diagnostic field of an error arrives")
  func diagnostics() async throws {
    let connection = try await connect()
    _ = try await connection.execute(
      """
      CREATE TEMP TABLE t (a int CONSTRAINT positive CHECK (a > 0));
      CREATE FUNCTION pg_temp.fail() RETURNS void LANGUAGE plpgsql AS $$ BEGIN
        RAISE EXCEPTION 'primary' USING DETAIL = 'detail', HINT = 'hint', ERRCODE = 'WH001', SCHEMA = 's', TABLE = 't',
          COLUMN = 'c', DATATYPE = 'd', CONSTRAINT = 'k';
      END $$;
      CREATE FUNCTION pg_temp.inner_fail() RETURNS void LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'SELEC 1'; END $$
      """)
    let raised = await #expect(throws: PostgresError.self) { try await connection.execute("SELECT pg_temp.fail()") }
    let server = try #require(raised?.server)
    #expect(server.severity == "ERROR")
    #expect(server.sqlState == SQLState(rawValue: "WH001"))
    #expect(server.message == "primary")
    #expect(server.detail == "detail")
    #expect(server.hint == "hint")
    #expect(server.context?.contains("PL/pgSQL function") == true)
    #expect(server.schemaName == "s" && server.tableName == "t" && server.columnName == "c")
    #expect(server.dataTypeName == "d" && server.constraintName == "k")
    #expect(server.sourceFile == "pl_exec.c" && server.sourceFunction == "exec_stmt_raise" && server.sourceLine != nil)
    let inner = await #expect(throws: PostgresError.self) {
      try await connection.execute("SELECT pg_temp.inner_fail()")
    }
    #expect(inner?.server?.internalQuery == "SELEC 1")
    #expect(inner?.server?.internalPosition == 1)
    #expect(inner?.description.contains("42601") == true)
    await connection.close()
  }

  @Test("notices arrive with their SQLSTATE, in order, by handler and by taking")
  func notices() async throws {
    let heard = Guarded<[Notice]>([])
    let connection = try await PostgresConnection.connect(try await PostgresServer.shared().parameters()) { notice in
      heard.withLock { $0.append(notice) }
    }
    _ = try await connection.execute(
      """
      DO $$ BEGIN RAISE NOTICE 'first' USING HINT = 'look'; RAISE WARNING 'second' USING ERRCODE = '01WH1'; END $$;
      DROP TABLE IF EXISTS never_was
      """)
    let notices = connection.takeNotices()
    #expect(notices.map(\.message) == ["first", "second", "table \"never_was\" does not exist, skipping"])
    #expect(notices.map(\.severity) == ["NOTICE", "WARNING", "NOTICE"])
    #expect(notices.map(\.sqlState.rawValue) == ["00000", "01WH1", "00000"])
    #expect(notices[0].hint == "look")
    #expect(heard.withLock { $0 } == notices)
    #expect(connection.takeNotices().isEmpty)
    await connection.close()
  }

  @Test("notices that nobody takes are bounded, the newest stay")
  func manyNotices() async throws {
    let connection = try await connect()
    _ = try await connection.execute("DO $$ BEGIN FOR i IN 1..1500 LOOP RAISE NOTICE '%', i; END LOOP; END $$")
    let notices = connection.takeNotices()
    #expect(notices.count == 1000)
    #expect(notices.last?.message == "1500")
    await connection.close()
  }

  @Test("the transaction status follows BEGIN, an error and ROLLBACK")
  func transactionStatus() async throws {
    let connection = try await connect()
    _ = try await connection.execute("BEGIN")
    #expect(await connection.transactionStatus == .inTransaction)
    await #expect(throws: PostgresError.self) { try await connection.execute("SELECT 1/0") }
    #expect(await connection.transactionStatus == .inError)
    let error = await #expect(throws: PostgresError.self) { try await connection.execute("SELECT 1") }
    #expect(error?.sqlState == .inFailedSQLTransaction)
    _ = try await connection.execute("ROLLBACK")
    #expect(await connection.transactionStatus == .idle)
    await connection.close()
  }

  @Test("COPY takes data larger than any buffer")
  func copy() async throws {
    let connection = try await connect()
    _ = try await connection.execute("CREATE TEMP TABLE t (a int, b text)")
    let line = String(repeating: "x", count: 90)
    let data = (0..<50_000).map { "\($0)\t\(line)\n" }.joined()
    let result = try await connection.copyIn("COPY t FROM STDIN", data: Array(data.utf8))
    #expect(result.affectedRows == 50_000)
    #expect(
      try await connection.execute("SELECT count(*), sum(length(b)) FROM t").rows[0].values == ["50000", "4500000"])
    let empty = try await connection.copyIn("COPY t FROM STDIN", data: [])
    #expect(empty.affectedRows == 0)
    await connection.close()
  }

  @Test("COPY of wrong data is an error of the server, and the connection goes on")
  func wrongCopy() async throws {
    let connection = try await connect()
    _ = try await connection.execute("CREATE TEMP TABLE t (a int)")
    let data = Array(("no number\n" + String(repeating: "1\n", count: 1_000_000)).utf8)
    let error = await #expect(throws: PostgresError.self) {
      try await connection.copyIn("COPY t FROM STDIN", data: data)
    }
    #expect(error?.code == .server)
    #expect(error?.sqlState == SQLState(rawValue: "22P02"))
    #expect(try await connection.execute("SELECT count(*) FROM t").rows[0][0] == "0")
    await connection.close()
  }

  @Test(
    "COPY in the wrong call is refused, and the connection goes on",
    arguments: ["COPY t FROM STDIN", "COPY (SELECT generate_series(1, 300000)) TO STDOUT"])
  func misplacedCopy(sql: String) async throws {
    let connection = try await connect()
    _ = try await connection.execute("CREATE TEMP TABLE t (a int)")
    let error = await #expect(throws: PostgresError.self) { try await connection.execute(sql) }
    #expect(error?.code == .invalidParameters)
    let noCopy = await #expect(throws: PostgresError.self) { try await connection.copyIn("SELECT 1", data: [1]) }
    #expect(noCopy?.code == .invalidParameters)
    #expect(try await connection.execute("SELECT 1").rows[0][0] == "1")
    await connection.close()
  }

  @Test("a result over the limit is refused, and the connection goes on")
  func oversize() async throws {
    let connection = try await connect()
    let error = await #expect(throws: PostgresError.self) {
      try await connection.execute(
        "SELECT repeat('x', 1000), generate_series(1, 100000000)", sizeLimit: 1 << 20)
    }
    #expect(error?.code == .resultTooLarge)
    #expect(error?.isTransient == false)
    #expect(try await connection.execute("SELECT 1").rows[0][0] == "1")
    await connection.close()
  }

  @Test("statements that come at once run in the order in which they came")
  func concurrentStatements() async throws {
    let connection = try await connect()
    _ = try await connection.execute("CREATE TEMP TABLE t (id serial, n int)")
    try await withThrowingTaskGroup(of: Void.self) { group in
      for n in 0..<100 {
        group.addTask {
          let result = try await connection.query("INSERT INTO t (n) VALUES ($1) RETURNING n", ["\(n)"])
          #expect(result.rows[0][0] == "\(n)")
        }
      }
      try await group.waitForAll()
    }
    #expect(try await connection.execute("SELECT count(DISTINCT n) FROM t").rows[0][0] == "100")
    await connection.close()
  }

  @Test("a large message goes through while the server answers at length")
  func largeMessage() async throws {
    let connection = try await connect()
    let text = String(repeating: "y", count: 8 << 20)
    let result = try await connection.query("SELECT $1 || $1 AS twice", [text])
    #expect(result.rows[0][0]?.utf8.count == 16 << 20)
    await connection.close()
  }
}
