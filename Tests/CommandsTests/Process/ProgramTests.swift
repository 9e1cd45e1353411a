import Glibc
import Postgres
import TestSupport
import Testing

@testable import Commands

/// Programs in the place of migrations, run by the real binary on a real server.
@Suite(
  "programs as migrations",
  .enabled(if: WhimbrelProcess.missing == nil, Comment(rawValue: WhimbrelProcess.missing ?? "")),
  .timeLimit(.minutes(5)))
struct ProgramTests {
  private static let history =
    "SELECT string_agg(concat_ws(' ', installed_rank, version, type, script, success), ',' ORDER BY installed_rank) "
    + "FROM flyway_schema_history"

  @Test("they run in the order of versions, by their ending or by themselves, and are recorded as SCRIPT")
  func order() async throws {
    let scripts = [
      "V1__a.sql": "CREATE TABLE a (id int);", "V2__b.sh": "echo second >> order\n",
      "V3__c": "#!/bin/bash\n[[ -n x ]] && echo third >> order\n", "V4__d": "echo fourth >> order\n",
      "V5__e.bash": "[[ -n x ]] && echo fifth >> order\n", "V6__f.sql": "CREATE TABLE f (id int);",
      "R__g.sh": "echo last >> order\n",
    ]
    try await WhimbrelProcess.withDatabase(scripts) { whimbrel in
      let run = try await whimbrel.run(["migrate"])
      #expect(run.status == 0, "\(run.errors)")
      #expect(try TextFile.read(whimbrel.folder.path + "/order") == "second\nthird\nfourth\nfifth\nlast\n")
      #expect(
        try await whimbrel.value(Self.history)
          == "1 1 SQL V1__a.sql t,2 2 SCRIPT V2__b.sh t,3 3 SCRIPT V3__c t,4 4 SCRIPT V4__d t,"
          + "5 5 SCRIPT V5__e.bash t,6 6 SQL V6__f.sql t,7 SCRIPT R__g.sh t")
      #expect(run.errors.contains("Executing sh \(whimbrel.folder.path)/sql/V2__b.sh"), "\(run.errors)")
      let again = try await whimbrel.run(["migrate", "validate"])
      #expect(again.status == 0 && again.output.contains("up to date"), "\(again.output)\(again.errors)")
    }
  }

  @Test("they see placeholders, the connection and the caller's variables, and what they write is shown")
  func environment() async throws {
    let text = """
      echo "who=$FP__who__ db=$FP__flyway_database__ file=$FP__flyway_filename__ table=$FP__flyway_table__"
      echo "url=$FLYWAY_URL user=$FLYWAY_USER pg=$PGAPPNAME empty=${FP__nothing__-unset}" >&2
      test -n "$FLYWAY_PASSWORD" && echo "password=$FLYWAY_PASSWORD"
      cat
      printf 'a\\033[31mb'
      """
    try await WhimbrelProcess.withDatabase(["V1__x.sh": text]) { whimbrel in
      var asked = whimbrel
      asked.environment = ["PGAPPNAME": "mine"]
      let run = try await asked.run(["-placeholders.who=bob", "-placeholders.nothing=", "migrate"])
      #expect(run.status == 0, "\(run.errors)")
      #expect(
        run.errors.contains("who=bob db=\(whimbrel.database) file=V1__x.sh table=flyway_schema_history"),
        "\(run.errors)")
      #expect(
        run.errors.contains(
          "url=jdbc:postgresql://127.0.0.1:\(whimbrel.server.port)/\(whimbrel.database) user=\(PostgresServer.user) "
            + "pg=mine empty=unset"), "\(run.errors)")
      #expect(run.errors.contains("password=********"), "\(run.errors)")
      #expect(run.errors.contains("a\\u{1b}[31mb"), "\(run.errors)")
    }
  }

  @Test("other prefixes and suffixes of variables count")
  func affixes() async throws {
    try await WhimbrelProcess.withDatabase(["V1__x.sh": "echo \"$MY_who_END.\""]) { whimbrel in
      let run = try await whimbrel.run([
        "-placeholders.who=bob", "-scriptPlaceholderPrefix=MY_", "--script-placeholder-suffix=_END", "migrate",
      ])
      #expect(run.status == 0 && run.errors.contains("bob."), "\(run.errors)")
    }
  }

  @Test("one that fails stays recorded as failed, its output is the message, and nothing follows until repair")
  func failure() async throws {
    let scripts = [
      "V1__a.sql": "CREATE TABLE a (id int);", "V2__b.sh": "echo out; echo boom >&2\nexit 3\n",
      "V3__c.sql": "CREATE TABLE c (id int);",
    ]
    try await WhimbrelProcess.withDatabase(scripts) { whimbrel in
      let run = try await whimbrel.run(["--output", "json", "migrate"])
      #expect(run.status == 1)
      #expect(run.output.contains("the program ended with exit code 3: out boom"), "\(run.output)")
      #expect(run.output.contains("FAILED_VERSIONED_MIGRATION"), "\(run.output)")
      #expect(try await whimbrel.value(Self.history) == "1 1 SQL V1__a.sql t,2 2 SCRIPT V2__b.sh f")
      #expect(try await whimbrel.run(["migrate"]).status == 1)
      try whimbrel.write(["V2__b.sh": "exit 0\n"])
      let repaired = try await whimbrel.run(["repair", "migrate"])
      #expect(repaired.status == 0, "\(repaired.errors)")
      #expect(
        try await whimbrel.value(Self.history) == "1 1 SQL V1__a.sql t,2 2 SCRIPT V2__b.sh t,3 3 SQL V3__c.sql t")
    }
  }

  @Test("one whose interpreter is missing fails with its name")
  func missingInterpreter() async throws {
    try await WhimbrelProcess.withDatabase(["V1__a.ps1": "exit"]) { whimbrel in
      let run = try await whimbrel.run(["migrate"])
      #expect(run.status == 1)
      #expect(run.errors.contains("could not be started: pwsh is not in PATH"), "\(run.errors)")
    }
  }

  @Test("plan shows them without running them")
  func plan() async throws {
    try await WhimbrelProcess.withDatabase(["V1__a.sh": "touch ran\n", "V2__b": "touch ran\n"]) { whimbrel in
      let run = try await whimbrel.run(["plan"])
      #expect(run.status == 0 && run.output.contains("| program | sh "), "\(run.output)")
      #expect(run.output.contains("| started by itself |"), "\(run.output)")
      #expect(access(whimbrel.folder.path + "/ran", F_OK) != 0)
    }
  }

  @Test("they run as callbacks, and take migrations back")
  func callbacksAndUndo() async throws {
    let scripts = [
      "beforeMigrate.sh": "echo before >> order\n", "afterEachMigrate__x.bash": "echo each >> order\n",
      "V1__a.sh": "echo V1 >> order\n", "U1__a.sh": "echo U1 >> order\n",
    ]
    try await WhimbrelProcess.withDatabase(scripts) { whimbrel in
      let run = try await whimbrel.run(["migrate", "undo"])
      #expect(run.status == 0, "\(run.errors)")
      #expect(try TextFile.read(whimbrel.folder.path + "/order") == "before\nV1\neach\nU1\n")
      #expect(try await whimbrel.value(Self.history) == "1 1 SCRIPT V1__a.sh t,2 1 DELETE U1__a.sh t")
    }
  }

  @Test("a callback that fails is the error, and a migration in a transaction around it is rolled back")
  func failingCallback() async throws {
    let scripts = ["afterEachMigrate.sh": "echo no; exit 1\n", "V1__a.sql": "CREATE TABLE a (id int);"]
    try await WhimbrelProcess.withDatabase(scripts) { whimbrel in
      let run = try await whimbrel.run(["migrate"])
      #expect(run.status == 1 && run.errors.contains("exit code 1: no"), "\(run.errors)")
      #expect(try await whimbrel.value("SELECT to_regclass('a')") == nil)
    }
  }

  @Test("in a group the steps before and after one commit together, and it sees what was before it")
  func group() async throws {
    let scripts = [
      "V1__a.sql": "CREATE TABLE a (id int);", "V2__b.sh": "echo V2 >> order\n",
      "V3__c.sql": "CREATE TABLE c (id int);",
      "V4__d.sql": "SELECT 1/0;",
    ]
    try await WhimbrelProcess.withDatabase(scripts) { whimbrel in
      let run = try await whimbrel.run(["-group=true", "migrate"])
      #expect(run.status == 1)
      #expect(try await whimbrel.value(Self.history) == "1 1 SQL V1__a.sql t,2 2 SCRIPT V2__b.sh t")
    }
  }

  @Test("a signal ends the program and all that it has started", arguments: [(SIGINT, 130), (SIGTERM, 143)])
  func interrupted(signal: CInt, status: Int) async throws {
    let scripts = ["V1__slow.sh": "sleep 300 &\necho $! > child\necho $$ > parent.new; mv parent.new parent\nwait\n"]
    try await WhimbrelProcess.withDatabase(scripts) { whimbrel in
      let run = try await whimbrel.run(["migrate"]) { send in
        _ = try await eventually("the program runs") {
          access(whimbrel.folder.path + "/parent", F_OK) == 0 ? true : nil
        }
        try send(signal)
      }
      #expect(run.status == status)
      #expect(run.errors.contains("because the run was cancelled"), "\(run.errors)")
      try await Self.expectEnded(whimbrel)
      #expect(try await whimbrel.value(Self.history) == "1 1 SCRIPT V1__slow.sh f")
    }
  }

  @Test("one that cleans up when it is asked to end has the time for it")
  func graceful() async throws {
    let text = "trap 'sleep 1; echo done > cleaned; exit 1' TERM\ntouch parent\nwhile :; do sleep 0.1; done\n"
    try await WhimbrelProcess.withDatabase(["V1__slow.sh": text]) { whimbrel in
      let run = try await whimbrel.run(["migrate"]) { send in
        _ = try await eventually("the program runs") {
          access(whimbrel.folder.path + "/parent", F_OK) == 0 ? true : nil
        }
        try send(SIGINT)
      }
      #expect(run.status == 130)
      #expect(try TextFile.read(whimbrel.folder.path + "/cleaned") == "done\n")
    }
  }

  @Test("one that does not listen is killed, at the second signal at once")
  func stubborn() async throws {
    let text =
      "trap '' TERM INT\nsleep 300 &\necho $! > child\necho $$ > parent.new; mv parent.new parent\n"
      + "while :; do sleep 300; done\n"
    try await WhimbrelProcess.withDatabase(["V1__slow.sh": text]) { whimbrel in
      let run = try await whimbrel.run(["migrate"]) { send in
        _ = try await eventually("the program runs") {
          access(whimbrel.folder.path + "/parent", F_OK) == 0 ? true : nil
        }
        try send(SIGINT)
        try send(SIGTERM)
      }
      #expect(run.status == 128 + Int(SIGTERM) || run.status == 128 + Int(SIGINT))
      try await Self.expectEnded(whimbrel)
    }
  }

  private static func expectEnded(_ whimbrel: WhimbrelProcess) async throws {
    for name in ["parent", "child"] {
      let text = try TextFile.read("\(whimbrel.folder.path)/\(name)")
      let number = try #require(pid_t(text.prefix { $0.isNumber }))
      _ = try await eventually("the \(name) ends") { isAlive(number) ? nil : true }
    }
  }

  // A process that nobody has waited for yet is there, but does nothing any more.
  private static func isAlive(_ number: pid_t) -> Bool {
    guard let text = try? TextFile.read("/proc/\(number)/stat") else { return false }
    return text.split(separator: ")").last?.split(separator: " ").first != "Z"
  }
}
