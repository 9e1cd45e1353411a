import MigrationCore
import Testing

@Suite("Versions")
struct MigrationVersionTests {
  @Test(
    "a version keeps its text with dots for underscores",
    arguments: [
      ("1", "1"), ("1_2", "1.2"), ("001", "001"), ("1.0", "1.0"), ("4.00", "4.00"), ("+1", "+1"), ("-1", "-1"),
      ("20260131_1200", "20260131.1200"), ("２", "２"),
    ])
  func text(written: String, shown: String) throws {
    #expect(try MigrationVersion(written).description == shown)
  }

  @Test(
    "what Java's BigInteger refuses is no version",
    arguments: ["", "1.", "1..2", ".1", "_1", "1.-2", "1.a", "1__", "a", "1a", "0x7", "-", "+", "1 2", "１.２x", "𝟏"])
  func invalid(written: String) {
    let error = #expect(throws: MigrationNameError.self) { try MigrationVersion(written) }
    #expect(error?.code == .invalidVersion)
    #expect(error?.isTransient == false)
  }

  @Test(
    "texts with a meaning of their own are no version of a file",
    arguments: ["latest", "Current", "NEXT", "9223372036854775807"])
  func reserved(written: String) {
    let error = #expect(throws: MigrationNameError.self) { try MigrationVersion(written) }
    #expect(error?.code == .reservedVersion)
  }

  @Test(
    "versions compare number by number",
    arguments: [
      ("-1", "0"), ("-10", "-9"), ("0", "1"), ("1", "1.1"), ("1.1", "1.2"), ("1.2", "1.10"), ("1.10", "2"),
      ("9", "10"), ("2.9.9", "2.10"), ("99999999999999999999999998", "99999999999999999999999999"),
      ("9223372036854775806", "99999999999999999999999999"), ("1.0.0.1", "1.0.1"),
    ])
  func order(smaller: String, greater: String) throws {
    let one = try MigrationVersion(smaller)
    let other = try MigrationVersion(greater)
    #expect(one < other)
    #expect(!(other < one))
    #expect(one != other)
  }

  @Test(
    "leading zeros and trailing zero parts do not matter",
    arguments: [
      ("1", "1.0"), ("1", "01"), ("1", "1_0_0"), ("0", "0.0"), ("1.1", "1_1"), ("1", "+1"), ("2", "２"), ("0", "-0"),
    ])
  func equality(one: String, other: String) throws {
    let left = try MigrationVersion(one)
    let right = try MigrationVersion(other)
    #expect(left == right)
    #expect(left.hashValue == right.hashValue)
    #expect(!(left < right) && !(right < left))
  }
}
