import FoundationEssentials
import TestSupport

/// The example of the project: a directory of migrations.
enum Example {
  static let directory = Checkout.path + "/examples/betting-platform/infra/db/migrations"

  /// Content by file name.
  static func files() throws -> [String: String] {
    let names = try FileManager.default.contentsOfDirectory(atPath: directory)
    return try names.reduce(into: [:]) { files, name in
      files[name] = String(decoding: try Data(contentsOf: URL(filePath: "\(directory)/\(name)")), as: UTF8.self)
    }
  }

  /// The names in the order in which Flyway applies them: versions ascending (all have 14 digits), then repeatables.
  static func order(_ files: [String: String]) -> [String] {
    files.keys.filter { $0.hasPrefix("V") }.sorted() + files.keys.filter { $0.hasPrefix("R") }.sorted()
  }
}

/// Flyway's bookkeeping, worked out here a second time and plainly, so that it checks the code under test.
enum FlywayRow {
  /// CRC-32 over the lines without their ends, as a signed number (`ChecksumCalculator.java`).
  static func checksum(_ text: String) -> Int32 {
    var crc: UInt32 = 0xFFFF_FFFF
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      for byte in line.utf8 where byte != 13 {
        crc ^= UInt32(byte)
        for _ in 0..<8 { crc = crc & 1 == 1 ? (crc >> 1) ^ 0xEDB8_8320 : crc >> 1 }
      }
    }
    return Int32(bitPattern: ~crc)
  }

  /// `rank|version|description|type|script|checksum|user|success` for files in the order of their application.
  static func expected(_ order: [String], _ files: [String: String], user: String) -> [String] {
    order.enumerated().map { index, name in
      let stem = name.dropLast(4)
      let parts = stem.split(separator: "_", maxSplits: 2, omittingEmptySubsequences: false)
      let description = parts[2].map { $0 == "_" ? " " : $0 }
      let fields = [
        "\(index + 1)", String(parts[0].dropFirst()), String(description), "SQL", name,
        "\(checksum(files[name] ?? ""))", user, "t",
      ]
      return fields.joined(separator: "|")
    }
  }

  /// The same of the table as it is.
  static let query = """
    SELECT installed_rank, coalesce(version, ''), description, type, script, checksum, installed_by, success
    FROM flyway_schema_history ORDER BY installed_rank
    """
}
