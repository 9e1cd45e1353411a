/// Sizes as `pg_size_pretty` writes them: whole numbers of bytes, kB, MB, GB, TB, each 1,024 of the one before.
package enum ByteText {
  /// A number of bytes in words.
  package static func text(_ bytes: Int64) -> String {
    var (size, unit) = (Double(bytes), 0)
    while abs(size) >= 10_240, unit < units.count - 1 {
      size /= 1024
      unit += 1
    }
    return "\(Int64(size.rounded())) \(units[unit])"
  }

  private static let units = ["bytes", "kB", "MB", "GB", "TB", "PB"]
}
