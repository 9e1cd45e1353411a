internal import ArgumentParser

/// Which sources resources may have.
struct SourceOptions: ParsableArguments {
  @Flag(help: "Let resources take Flux sources of other namespaces than their own.")
  var allowCrossNamespaceSources = false
}
