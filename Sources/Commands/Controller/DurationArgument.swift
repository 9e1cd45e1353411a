internal import ArgumentParser
internal import Support

/// A duration on the command line, spelled as in a resource: `15s`, `1m30s`, `250ms`.
struct DurationArgument: ExpressibleByArgument, Equatable {
  let value: Duration

  init(_ value: Duration) {
    self.value = value
  }

  init?(argument: String) {
    guard let value = DurationText.parse(argument) else { return nil }
    self.value = value
  }

  var defaultValueDescription: String { DurationText.format(value) }
}
