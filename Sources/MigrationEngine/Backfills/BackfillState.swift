/// Decides what a backfill does next: what was found or done goes in, the next action comes out.
///
/// It looks whether a row matches, and while one does it goes through the tables once more: a pass. One of a distributed table goes through its tenants (values of the distribution
/// column) a page at a time: those with fewer rows than a batch share a batch with others of their shard, one with more
/// has batches of its own.
struct BackfillState {
  /// A tenant with rows that match.
  struct Tenant: Equatable {
    /// As text.
    let value: String
    let rows: Int
    let shard: Int
  }

  /// What is changed batch by batch: some tenants of one shard, or a whole table.
  struct Part: Equatable {
    /// The table, by number.
    let table: Int
    /// None means all rows.
    var tenants: [String] = []
    var shard: Int?
    /// The key behind which the next batch begins; nil for the first.
    var after: [String]?
  }

  enum Action: Equatable {
    /// Look whether any row matches.
    case look
    /// Read the next tenants of a table, behind one.
    case readTenants(table: Int, after: String?)
    /// Change the next batch of a part.
    case change(Part)
    case finished
    /// Each of many passes has found rows again.
    case endless
  }

  /// How many tenants are read at a time.
  static let page = 1000
  /// How many tenants share a batch at most.
  static let sharing = 1000
  /// How often the tables are gone through: what others write meanwhile is met again.
  static let passes = 20

  private struct Group {
    var tenants: [String] = []
    var rows = 0
  }

  private let isDistributed: [Bool]
  private let batch: Int
  private(set) var pass = 0
  /// How many rows were changed.
  private(set) var rows = 0
  /// How many tenants of this pass are done.
  private(set) var tenants = 0
  private var table = 0
  private var part: Part?
  private var waiting: ArraySlice<Part> = []
  private var groups: [Int: Group] = [:]
  private var lastTenant: String?
  private var areAllRead = false

  /// - Parameter isDistributed: of each table, whether its rows lie on shards by a column.
  init(isDistributed: [Bool], batch: Int) {
    self.isDistributed = isDistributed
    self.batch = batch
  }

  /// What is done first.
  func begin() -> Action { .look }

  /// It was looked whether any row matches.
  mutating func looked(_ matches: Bool) -> Action {
    guard matches else { return .finished }
    guard pass < Self.passes else { return .endless }
    pass += 1
    (table, tenants) = (0, 0)
    return enterTable()
  }

  /// Tenants were read, in the order of their values; fewer than a page are the last.
  mutating func read(_ found: [Tenant]) -> Action {
    for tenant in found { take(tenant) }
    lastTenant = found.last?.value ?? lastTenant
    if found.count < Self.page {
      areAllRead = true
      for shard in groups.keys.sorted() { release(shard) }
    }
    return next()
  }

  /// A batch was changed, up to and with a key; nil if it was the last of its part.
  mutating func changed(_ count: Int, upTo key: [String]?) -> Action {
    rows += count
    guard var part else { return next() }
    guard let key else {
      tenants += part.tenants.count
      return next()
    }
    part.after = key
    self.part = part
    return .change(part)
  }

  private mutating func next() -> Action {
    if let part = waiting.popFirst() {
      self.part = part
      return .change(part)
    }
    part = nil
    if isDistributed.indices.contains(table), isDistributed[table], !areAllRead {
      return .readTenants(table: table, after: lastTenant)
    }
    table += 1
    return enterTable()
  }

  private mutating func enterTable() -> Action {
    (lastTenant, areAllRead, part) = (nil, false, nil)
    guard table < isDistributed.count else { return .look }
    if isDistributed[table] { return .readTenants(table: table, after: nil) }
    areAllRead = true
    let whole = Part(table: table)
    part = whole
    return .change(whole)
  }

  // MARK: Sharing

  private mutating func take(_ tenant: Tenant) {
    guard tenant.rows < batch else {
      waiting.append(Part(table: table, tenants: [tenant.value], shard: tenant.shard))
      return
    }
    let group = groups[tenant.shard] ?? Group()
    if group.rows + tenant.rows > batch || group.tenants.count >= Self.sharing { release(tenant.shard) }
    groups[tenant.shard, default: Group()].tenants.append(tenant.value)
    groups[tenant.shard, default: Group()].rows += tenant.rows
  }

  private mutating func release(_ shard: Int) {
    guard let group = groups.removeValue(forKey: shard), !group.tenants.isEmpty else { return }
    waiting.append(Part(table: table, tenants: group.tenants, shard: shard))
  }
}
