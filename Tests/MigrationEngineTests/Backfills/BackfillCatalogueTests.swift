import MigrationCore
import Testing

@testable import MigrationEngine

@Suite("By what a backfill goes through a table")
struct BackfillCatalogueTests {
  private typealias Index = BackfillCatalogue.UniqueIndex

  private static let primary = Index(isPrimary: true, columns: ["tenant_id", "id"], isNeverNull: true)
  private static let unique = Index(isPrimary: false, columns: ["code"], isNeverNull: true)
  private static let nullable = Index(isPrimary: false, columns: ["note"], isNeverNull: false)

  private func backfill(key: [String] = []) -> Backfill {
    Backfill(
      table: ObjectName(schema: nil, name: "t"), assignments: "a = 1", condition: "a IS NULL", batch: 5, key: key)
  }

  private func table(
    _ indexes: [BackfillCatalogue.UniqueIndex], kind: String = "r"
  ) -> BackfillCatalogue {
    var catalogue = BackfillCatalogue(kind: kind, name: "public.t")
    catalogue.indexes = indexes
    catalogue.leaves = ["public.t1", "public.t2"]
    return catalogue
  }

  @Test(
    "the primary key, else a unique index without NULLs, else where the rows lie",
    arguments: [
      ([unique, primary], BackfillTable.Key.columns(["tenant_id", "id"])), ([nullable, unique], .columns(["code"])),
      ([nullable], .place), ([], .place),
    ])
  func keys(indexes: [BackfillCatalogue.UniqueIndex], key: BackfillTable.Key) {
    let judged = table(indexes).judge(backfill())
    #expect(judged.table?.key == key && judged.table?.names == ["public.t"])
  }

  @Test("partitions are gone through one by one only where nothing orders the whole")
  func partitions() {
    #expect(table([Self.primary], kind: "p").judge(backfill()).table?.names == ["public.t"])
    #expect(table([], kind: "p").judge(backfill()).table?.names == ["public.t1", "public.t2"])
  }

  @Test("given columns must be unique, alone or with the distribution column")
  func given() {
    let plain = table([Self.primary, Self.nullable])
    #expect(plain.judge(backfill(key: ["id", "tenant_id"])).table?.key == .columns(["id", "tenant_id"]))
    for key in [["id"], ["note"], ["nothing"]] {
      #expect(plain.judge(backfill(key: key)).refusal?.contains("names no unique columns") == true)
    }
    var distributed = plain
    distributed.method = "h"
    distributed.distribution = BackfillTable.Distribution(column: "tenant_id", type: "bigint")
    #expect(distributed.judge(backfill(key: ["id"])).table?.key == .columns(["id"]))
  }

  @Test("what holds no rows, and what has copies without a key, is refused")
  func refused() {
    #expect(table([], kind: "v").judge(backfill()).refusal != nil)
    #expect(table([], kind: "f").judge(backfill()).refusal != nil)
    var reference = table([])
    (reference.method, reference.isReplicated) = ("n", true)
    #expect(reference.judge(backfill()).refusal?.contains("no primary key") == true)
    var append = table([Self.primary])
    append.method = "a"
    #expect(append.judge(backfill()).refusal != nil)
  }

  @Test("a statement names tenants, condition and key as they are")
  func text() {
    let table = BackfillTable(
      name: "public.t", names: ["public.t"], key: .columns(["tenant_id", "id"]),
      distribution: BackfillTable.Distribution(column: "tenant_id", type: "bigint"), estimatedRows: nil)
    let text = BackfillText(backfill: backfill(), table: table)
    var part = BackfillState.Part(table: 0, tenants: ["7"], shard: 1, after: ["7", "o'x"])
    #expect(
      text.change(part, upTo: ["7", "9"])
        == #"UPDATE public.t SET a = 1 WHERE "tenant_id" = '7' AND (a IS NULL) AND ("tenant_id", "id") > ('7', 'o''x') "#
        + #"AND ("tenant_id", "id") <= ('7', '9') RETURNING (a IS NULL) AS again"#)
    part = BackfillState.Part(table: 0, tenants: ["7", "8"])
    #expect(
      text.bound(part)
        == #"SELECT "tenant_id", "id" FROM public.t WHERE "tenant_id" IN ('7', '8') AND (a IS NULL) "#
        + #"ORDER BY "tenant_id", "id" OFFSET 4 LIMIT 1"#)
  }
}
