/// The bounds of time and size for what git does.
package struct GitLimits: Sendable, Equatable {
  /// How long a remote may take to list its references.
  package var listingTime: Duration = .seconds(30)
  /// How long a fetch may take.
  package var fetchTime: Duration = .seconds(300)
  /// How long anything without a network may take.
  package var localTime: Duration = .seconds(60)
  /// How many bytes the references of a remote may take.
  package var listingBytes = 8 << 20
  /// How many bytes the list of a tree may take.
  package var treeBytes = 8 << 20
  /// How many bytes one fetch may bring.
  package var fetchBytes = 256 << 20
  /// How much address space a fetch may take: packed data can unfold to much more than it brought.
  package var fetchMemory = 2 << 30
  /// How many bytes all repositories of the cache may take.
  package var cacheBytes = 1 << 30
  /// With how many packs a repository of the cache is fetched anew, since each commit adds one or two.
  package var packs = 200

  /// The defaults.
  package init() {}
}
