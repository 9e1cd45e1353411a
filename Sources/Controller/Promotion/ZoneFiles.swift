internal import Promotion
internal import Support

/// The time zones of this system, from the files of tzdata.
struct ZoneFiles: Sendable {
  var directory = "/usr/share/zoneinfo"

  /// Reads a zone.
  /// - Throws: `PromotionError` of code `zone`, also where there is no such file.
  func zone(_ name: ZoneName) async throws(PromotionError) -> TimeZoneTable {
    guard !name.isUTC else { return .utc }
    let bytes: [UInt8]
    do throws(FileContent.Failure) {
      bytes = try await FileContent.read("\(directory)/\(name.text)", limit: TimeZoneTable.largestFile)
    } catch {
      throw PromotionError.zone(
        name, error == .missing ? "this controller does not know it" : "its file cannot be read", in: directory)
    }
    return try TimeZoneTable(tzif: bytes)
  }

  /// The windows of a spec with their zones.
  func windows(_ settings: PromotionSettings) async throws(PromotionError) -> [PromotionWindow] {
    var windows: [PromotionWindow] = []
    for window in settings.windows {
      windows.append(
        PromotionWindow(
          name: window.name, schedule: window.schedule, duration: window.duration, zoneName: window.zone,
          zone: try await zone(window.zone)))
    }
    return windows
  }
}
