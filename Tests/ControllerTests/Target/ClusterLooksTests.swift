import MigrationEngine
import Postgres
import Testing

@testable import Controller

@Suite("What was seen of clusters lately")
struct ClusterLooksTests {
  private static let parameters = ConnectionParameters(host: "c", database: "app", user: "migrator")
  private static let seen = ClusterObservation(
    postgresVersion: "15.20", isInRecovery: false, extensionVersion: "13.2-1")

  @Test("it is good for five seconds, for the same database and role")
  func lifetime() {
    let (looks, start) = (ClusterLooks(), ContinuousClock.now)
    looks.note(Self.seen, of: Self.parameters, at: start)
    #expect(looks.latest(of: Self.parameters, at: start + .seconds(5)) == Self.seen)
    #expect(looks.latest(of: Self.parameters, at: start + .milliseconds(5001)) == nil)
    var other = Self.parameters
    other.user = "owner"
    #expect(looks.latest(of: other, at: start) == nil)
    other = Self.parameters
    other.database = "other"
    #expect(looks.latest(of: other, at: start) == nil)
  }
}
