internal import ArgumentParser
internal import Controller
internal import Kubernetes
internal import Support

/// How one of several replicas becomes the leader, with the names and defaults of Kubernetes' own components.
struct ElectionOptions: ParsableArguments {
  /// The name that the alerts know.
  static let standardName = "whimbrel-leader"

  @Option(help: "The Lease of the leader election, in the namespace of the Leases.")
  var leaderElectName = Self.standardName

  @Option(help: "How long a leader that is not heard of any more is left alone; also for the Leases of targets.")
  var leaderElectLeaseDuration = DurationArgument(.seconds(15))

  @Option(help: "How long a leader that cannot renew goes on before it stops.")
  var leaderElectRenewDeadline = DurationArgument(.seconds(10))

  @Option(help: "The time between two attempts to acquire or renew.")
  var leaderElectRetryPeriod = DurationArgument(.seconds(2))

  @Option(help: "Into how many shards the resources are divided, over which the replicas work (1 to 64).")
  var shards = 1

  mutating func validate() throws {
    guard (1...ShardLayout.largestCount).contains(shards) else {
      throw ValidationError("--shards must be between 1 and \(ShardLayout.largestCount), not \(shards).")
    }
    guard shards == 1 || leaderElectName.utf8.count + ShardLayout.longestSuffix <= 253 else {
      throw ValidationError(
        "--leader-elect-name may have \(253 - ShardLayout.longestSuffix) characters with --shards: the Leases of shards "
          + "and members add to it.")
    }
    guard Self.isName(leaderElectName) else {
      throw ValidationError(
        "--leader-elect-name must be a name of an object: lowercase letters, digits, '-' and '.', at most 253 of them.")
    }
    do throws(KubernetesError) {
      _ = try timings
    } catch {
      throw ValidationError(
        "--leader-elect-lease-duration must exceed --leader-elect-renew-deadline, and that 1.2 times "
          + "--leader-elect-retry-period; the duration must be at least 1s.")
    }
  }

  /// The three times.
  var timings: LeaseTimings {
    get throws(KubernetesError) {
      try LeaseTimings(
        duration: leaderElectLeaseDuration.value, renewDeadline: leaderElectRenewDeadline.value,
        retryPeriod: leaderElectRetryPeriod.value)
    }
  }

  // RFC 1123's subdomain, as Kubernetes names objects.
  private static func isName(_ text: String) -> Bool {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    return text.utf8.count <= 253
      && parts.allSatisfy { part in
        guard let first = part.utf8.first, let last = part.utf8.last else { return false }
        let hyphen = UInt8(ascii: "-")
        return first != hyphen && last != hyphen
          && part.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == hyphen }
      }
  }
}
