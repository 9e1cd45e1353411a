/// One field of a cron expression: the numbers that it stands for.
struct CronField: Sendable, Equatable {
  /// What a field may hold.
  struct Shape: Sendable {
    let name: String
    let range: ClosedRange<Int>
    /// Names for numbers, lower-case.
    var names: [String: Int] = [:]

    static let minute = Shape(name: "minute", range: 0...59)
    static let hour = Shape(name: "hour", range: 0...23)
    static let day = Shape(name: "day of month", range: 1...31)
    static let month = Shape(name: "month", range: 1...12, names: numbered(monthNames, from: 1))
    /// 7 is Sunday, as 0 is.
    static let weekday = Shape(name: "day of week", range: 0...7, names: numbered(dayNames, from: 0))

    private static let monthNames = [
      "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ]
    private static let dayNames = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]

    private static func numbered(_ names: [String], from first: Int) -> [String: Int] {
      Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0 + first) })
    }
  }

  /// Bit n stands for n.
  private(set) var bits: UInt64 = 0
  /// Whether it begins with `*`: Vixie cron's notion of a field that says nothing.
  let isWildcard: Bool

  /// Whether the field names this number.
  func contains(_ number: Int) -> Bool { bits & (1 << UInt64(number)) != 0 }

  /// Reads a field: numbers and names, ranges, steps, and lists of them.
  init(_ text: Substring, _ shape: Shape) throws(PromotionError) {
    isWildcard = text.first == "*"
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      try add(part, shape)
    }
    // Sunday has two numbers.
    if shape.range.upperBound == 7, contains(7) { bits = bits & ~(1 << 7) | 1 }
  }

  private mutating func add(_ part: Substring, _ shape: Shape) throws(PromotionError) {
    let pieces = part.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    var step = 1
    if pieces.count == 2 {
      guard let number = Self.number(pieces[1]), number > 0, number <= shape.range.upperBound else {
        throw Self.wrong("the step '\(pieces[1].prefix(20))'", shape)
      }
      step = number
    }
    var range = try Self.range(pieces[0], shape)
    // `5/10` means from 5 to the end, as in cronie.
    if pieces.count == 2, range.lowerBound == range.upperBound, pieces[0] != "*" {
      range = range.lowerBound...Self.last(shape)
    }
    for number in stride(from: range.lowerBound, through: range.upperBound, by: step) {
      bits |= 1 << UInt64(number)
    }
  }

  private static func last(_ shape: Shape) -> Int { shape.range.upperBound == 7 ? 6 : shape.range.upperBound }

  private static func range(_ text: Substring, _ shape: Shape) throws(PromotionError) -> ClosedRange<Int> {
    if text == "*" { return shape.range.lowerBound...last(shape) }
    let ends = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
    let first = try value(ends[0], shape)
    guard ends.count == 2 else { return first...first }
    let end = try value(ends[1], shape)
    guard first <= end else { throw wrong("the range '\(text.prefix(20))', which runs backwards", shape) }
    return first...end
  }

  private static func value(_ text: Substring, _ shape: Shape) throws(PromotionError) -> Int {
    if let named = shape.names[text.lowercased()] { return named }
    guard let number = number(text), shape.range.contains(number) else {
      throw wrong("'\(text.prefix(20))'", shape)
    }
    return number
  }

  private static func number(_ text: Substring) -> Int? {
    guard (1...2).contains(text.utf8.count), text.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
    return Int(text)
  }

  private static func wrong(_ what: String, _ shape: Shape) -> PromotionError {
    let names = shape.names.isEmpty ? "" : " or names like \(shape.names.min { $0.value < $1.value }?.key ?? "")"
    return PromotionError(
      .schedule,
      "\(shape.name): \(what) is not understood; write numbers from \(shape.range.lowerBound) to "
        + "\(shape.range.upperBound)\(names), ranges 1-5, steps */2 and lists 1,3")
  }
}
