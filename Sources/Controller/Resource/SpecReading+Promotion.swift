internal import Promotion
internal import Support

/// Reads `spec.promotion`: schedules, zones' names and durations are checked here, files of zones when they are needed.
struct PromotionReader {
  private(set) var problems: [String] = []

  private static let mostWindows = 16
  private static let mostUpstreams = 16

  mutating func read(_ spec: PromotionSpec?) -> PromotionSettings? {
    guard let spec else { return nil }
    var settings = PromotionSettings()
    settings.soak = duration("spec.promotion.soak", spec.soak, default: .zero)
    settings.needsApproval = approval(spec.approval)
    settings.reportsReady = spec.reportReady ?? false
    settings.freeze = spec.freeze.flatMap { Self.freeze($0, &problems) }
    let windows = spec.windows ?? []
    if windows.count > Self.mostWindows {
      problems.append("spec.promotion.windows: at most \(Self.mostWindows) windows")
    }
    settings.windows = windows.prefix(Self.mostWindows).enumerated().compactMap { window($1, at: $0) }
    let after = spec.after ?? []
    if after.count > Self.mostUpstreams {
      problems.append("spec.promotion.after: at most \(Self.mostUpstreams) entries")
    }
    for (index, upstream) in after.prefix(Self.mostUpstreams).enumerated() {
      check(upstream, "spec.promotion.after[\(index)]")
    }
    return settings
  }

  private mutating func approval(_ text: String?) -> Bool {
    switch text {
    case nil, "Automatic": return false
    case "Manual": return true
    case let text?:
      problems.append("spec.promotion.approval: '\(text.prefix(32))' is not one of Automatic, Manual")
      return true
    }
  }

  /// A freeze as the gates use it; nil, with a problem, where its end cannot be read.
  static func freeze(_ spec: PromotionSpec.FreezeSpec, _ problems: inout [String]) -> PromotionSettings.Freeze? {
    guard let text = spec.until else { return PromotionSettings.Freeze(reason: spec.reason) }
    guard let until = Timestamp(rfc3339: text) else {
      problems.append(
        "spec.promotion.freeze.until: '\(text.prefix(40))' is no moment in UTC; write it like 2026-01-02T03:04:05Z")
      return nil
    }
    return PromotionSettings.Freeze(reason: spec.reason, until: until)
  }

  private mutating func window(_ spec: PromotionSpec.WindowSpec, at index: Int) -> PromotionSettings.Window? {
    let path = "spec.promotion.windows[\(index)]"
    if let name = spec.name, name.wholeMatch(of: /[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?/) == nil {
      problems.append("\(path).name: '\(name.prefix(63))' must be of lower-case letters, digits and '-'")
    }
    let longest = PromotionWindow.longest
    let duration = duration("\(path).duration", spec.duration, default: .zero)
    if duration < .seconds(60) || duration > longest {
      problems.append("\(path).duration: must be between 1m and \(DurationText.format(longest))")
    }
    var field = "schedule"
    do throws(PromotionError) {
      let schedule = try CronSchedule(spec.schedule)
      field = "timeZone"
      let zone = try spec.timeZone.map { name throws(PromotionError) in try ZoneName(name) } ?? .utc
      return PromotionSettings.Window(name: spec.name, schedule: schedule, duration: duration, zone: zone)
    } catch {
      problems.append("\(path).\(field): \(error.message)")
      return nil
    }
  }

  private mutating func check(_ upstream: PromotionSpec.UpstreamSpec, _ path: String) {
    if (upstream.name == nil) == (upstream.history == nil) {
      problems.append("\(path): exactly one of name and history must be set")
    }
    if upstream.history != nil, upstream.namespace != nil || upstream.kubeConfig != nil {
      problems.append("\(path): namespace and kubeConfig go with name, not with history")
    }
    for text in [upstream.name, upstream.namespace].compactMap(\.self) where !Self.isName(text) {
      problems.append("\(path): '\(text.prefix(63))' is no name of an object")
    }
    guard let tls = upstream.history?.tls else { return }
    if (tls.certificate == nil) != (tls.key == nil) {
      problems.append("\(path).history.tls: certificate and key go together")
    }
    for value in [tls.ca, tls.certificate, tls.key].compactMap(\.self)
    where (value.value == nil) == (value.secretKeyRef == nil) {
      problems.append("\(path).history.tls: exactly one of value and secretKeyRef must be set")
    }
  }

  // It becomes a part of a path at another API server.
  private static func isName(_ text: String) -> Bool {
    text.utf8.count <= 253 && text.wholeMatch(of: /[a-z0-9]([a-z0-9.-]*[a-z0-9])?/) != nil && !text.contains("..")
  }

  private mutating func duration(_ path: String, _ text: String?, default value: Duration) -> Duration {
    guard let text else { return value }
    guard let duration = DurationText.parse(text) else {
      problems.append("\(path): '\(text.prefix(32))' is not a duration; write 30s, 5m or 1h30m")
      return value
    }
    return duration
  }
}
