internal import MigrationCore

struct CreateTable: Sendable {
  enum Persistence: Sendable { case permanent, temporary, unlogged, foreign }

  let name: NamePlace
  var persistence = Persistence.permanent
  var isConditional = false
  /// Byte offset behind `TABLE`.
  var nameOffset = 0
  var columns: [ColumnDefinition] = []
  var constraints: [ConstraintDefinition] = []
  var likes: [NamePlace] = []
  var parents: [NamePlace] = []
  var partitionOf: NamePlace?
  var partitionColumns: [String]?
  /// `AS SELECT`, or `OF type`: the columns are not known.
  var hasUnknownColumns = false
  var isFromQuery = false
  /// `ON COMMIT DROP`, of a temporary table.
  var isDroppedOnCommit = false
}

struct ColumnDefinition: Sendable {
  let name: ColumnPlace
  let type: TypeName
  var isNotNull = false
  var fallback: Expression?
  var isIdentity = false
  var generated: Generation?
  /// Constraints in the column's own definition.
  var constraints: [ConstraintDefinition] = []
  let range: Range<Int>

  enum Generation: Sendable { case stored, virtual }

  /// Whether rows that give no value get one: not from DEFAULT NULL.
  var hasDefault: Bool { fallback.map { !$0.lexemes.map(\.text).elementsEqual(["null"]) } ?? false }

  /// Whether Citus refuses to add it to a table for its constraints: it names those of a column that comes alone, unless
  /// one of them is a CHECK.
  func isRefusedByCitus(isAlone: Bool) -> Bool {
    let hasCheck = constraints.contains { $0.kind == .check }
    return constraints.contains { $0.name == nil } && (hasCheck || !isAlone)
  }

  /// Whether its values come from a sequence.
  var isNumbered: Bool { isIdentity || type.isSerial }
}

/// A type as written, in lower case, blanks between its words alone.
struct TypeName: Sendable, Hashable {
  /// Without modifiers: `timestamp with time zone`, `numeric`, `text[]`.
  let base: String
  /// `15,2` of `numeric(15,2)`.
  let modifiers: [Int]
  let range: Range<Int>

  /// The name that PostgreSQL itself gives it, for comparisons.
  let canonical: String
  var isSerial: Bool { base.hasSuffix("serial") || Self.serials.contains(base) }
  /// Whether a sequence's numbers may not fit: less than 64 bits.
  var isNarrow: Bool { ["integer", "smallint", "serial", "smallserial"].contains(canonical) }

  /// That of a column that is there.
  init(of column: TableState.Column) {
    self.init(base: column.type, modifiers: column.modifiers, range: 0..<0)
  }

  init(base: String, modifiers: [Int], range: Range<Int>) {
    self.base = base
    self.modifiers = modifiers
    self.range = range
    canonical = Self.canonical(base, modifiers)
  }

  private static func canonical(_ base: String, _ modifiers: [Int]) -> String {
    let base = base.hasPrefix("pg_catalog.") ? base.dropFirst(11) : base[...]
    let plain = base.prefix { $0 != "[" }
    if plain.hasPrefix("interval ") { return "interval" + base.dropFirst(plain.count) }
    if plain == "float", let bits = modifiers.first, bits < 25 { return "real" + base.dropFirst(plain.count) }
    return (synonyms[String(plain)] ?? String(plain)) + base.dropFirst(plain.count)
  }

  private static let serials: Set<String> = ["serial2", "serial4", "serial8"]
  private static let synonyms = [
    "int": "integer", "int4": "integer", "int8": "bigint", "int2": "smallint", "serial4": "serial",
    "serial8": "bigserial", "serial2": "smallserial", "varchar": "character varying", "char": "character",
    "bpchar": "character",
    "bool": "boolean", "decimal": "numeric", "timestamptz": "timestamp with time zone",
    "timestamp without time zone": "timestamp", "timetz": "time with time zone", "time without time zone": "time",
    "float": "double precision", "float8": "double precision",
    "varbit": "bit varying", "dec": "numeric", "character": "character", "nchar": "character",
    "national character": "character", "char varying": "character varying",
    "national character varying": "character varying",
    "float4": "real",
  ]
}

struct ConstraintDefinition: Sendable {
  enum Kind: String, Sendable, Equatable {
    case primaryKey = "PRIMARY KEY"
    case unique = "UNIQUE"
    case exclude = "EXCLUDE"
    case check = "CHECK"
    case foreignKey = "FOREIGN KEY"
    case notNull = "NOT NULL"
  }

  var name: String?
  let kind: Kind
  /// Of a check, those that it says are not null.
  var columns: [ColumnPlace] = []
  /// Byte offset behind the opening parenthesis of the columns; nil where there is none to write into.
  var columnsOffset: Int?
  var isNotValid = false
  var usesIndex: String?
  var reference: ForeignReference?
  let range: Range<Int>
  /// Whether it stands in a column's definition.
  var isInline = false
}

struct ForeignReference: Sendable {
  let table: NamePlace
  let columns: [String]
  /// In lower case: `set null`, `cascade`.
  var onDelete: String?
  /// Of `ON DELETE SET NULL (a, b)`; nil where the action is on all columns.
  var deleteColumns: [String]?
  var onUpdate: String?
}

struct AlterTable: Sendable {
  let table: NamePlace
  let isConditional: Bool
  let actions: [AlterAction]
}

struct AlterAction: Sendable {
  enum Kind: Sendable {
    case addColumn(ColumnDefinition, isConditional: Bool, nameOffset: Int)
    case dropColumn(ColumnPlace, isConditional: Bool)
    case setNotNull(ColumnPlace)
    case dropNotNull(ColumnPlace)
    case setDefault(ColumnPlace, Expression)
    case dropDefault(ColumnPlace)
    case alterType(ColumnPlace, TypeName, using: Expression?)
    /// `ADD GENERATED ... AS IDENTITY`.
    case addIdentity(ColumnPlace)
    case addConstraint(ConstraintDefinition)
    case validateConstraint(String)
    case dropConstraint(String)
    case renameColumn(ColumnPlace, to: String)
    case renameTable(to: String)
    case renameConstraint(String, to: String)
    case setSchema(String)
    case attachPartition(NamePlace)
    case detachPartition(NamePlace, isConcurrent: Bool)
    case trigger
    /// `SET LOGGED`, `SET UNLOGGED`, `SET ACCESS METHOD`, `SET TABLESPACE`: all rows are written anew.
    case rewrite(String)
    /// Known, by its words: `SET STATISTICS`, `OWNER TO`.
    case other(String)
    case unknown
  }

  let kind: Kind
  let range: Range<Int>
}

struct CreateIndex: Sendable {
  struct Element: Sendable {
    /// Nil for an expression.
    let column: String?
    let range: Range<Int>
  }

  /// Nil where the server chooses one.
  let name: NamePlace?
  let table: NamePlace
  let isUnique: Bool
  let isConcurrent: Bool
  /// Of `IF NOT EXISTS`.
  let condition: Range<Int>?
  /// Byte offset behind `INDEX`.
  let optionOffset: Int
  let isOnly: Bool
  /// In lower case: `btree`, `gin`.
  let method: String
  let elements: [Element]
  /// Byte offset behind the opening parenthesis.
  let elementsOffset: Int
  let hasTablespace: Bool
  let isPartial: Bool
}
