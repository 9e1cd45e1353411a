internal import Telemetry

/// Finds metrics of a table by name; a name that is not in it, or of another kind, ends the process at the start.
struct MetricLookup {
  private let registry: MetricRegistry
  private let definitions: [String: MetricDefinition]

  init(_ registry: MetricRegistry, _ table: [MetricDefinition]) {
    self.registry = registry
    definitions = Dictionary(table.map { ($0.name, $0) }) { first, _ in first }
  }

  func counter(_ name: String) -> Counter { registry.counter(definition(name)) }

  func gauge(_ name: String) -> Gauge { registry.gauge(definition(name)) }

  func histogram(_ name: String) -> Histogram { registry.histogram(definition(name)) }

  private func definition(_ name: String) -> MetricDefinition {
    guard let definition = definitions[name] else { preconditionFailure("\(name) is not in the table of metrics") }
    return definition
  }
}
