internal import Kubernetes
internal import MigrationCore
internal import MigrationSources

extension ReconcilePass {
  /// The artifact that a source object of Flux has now.
  func fluxSnapshot(_ source: MigrationsSpec.FluxSourceSpec) async throws(SourceError) -> SourceSnapshot {
    guard let flux = context.flux else {
      throw SourceError(.invalid, "spec.migrations.fluxSource needs a controller that can download artifacts")
    }
    return try await flux.snapshot(
      source, in: object.metadata.namespace, reading: reading.settings.naming.suffixes)
  }
}
