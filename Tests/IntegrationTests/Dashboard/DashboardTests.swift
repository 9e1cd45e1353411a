import TestSupport
import Testing

@Suite("The dashboard of the real binary", .statesCitus, .onRealParts)
struct DashboardTests {
  @Test("is served by the replica that leads and by the one that does not, and holds no secret")
  func replicas() async throws {
    try await World.with { world in
      try await world.applyFiles(Trace.files(2))
      try await world.applyMigration()
      _ = try await world.runController(DashboardEndpoint.open) { leader in
        try await world.waitUntilReady()
        _ = try await world.runController(DashboardEndpoint.open) { follower in
          for process in [leader, follower] {
            let dashboard = try await DashboardEndpoint(process)
            let board = try await eventually("the resource on the board") {
              let answer = try await dashboard.get("api/board")
              return answer.body.contains(#""state":"applied""#) ? answer.body : nil
            }
            #expect(board.contains("\"key\":\"\(world.namespace)/app\""))
            let page = try await dashboard.get("api/resources/\(world.namespace)/app")
            #expect(page.status == 200 && page.body.contains("V2__step.sql"))
            let password = world.credentials["password"] ?? ""
            #expect(!password.isEmpty && !page.body.contains(password) && !board.contains(password))
            #expect(try await dashboard.get("api/resources/\(world.namespace)/none").status == 404)
          }
        }
      }
    }
  }

  @Test("shows itself to those who may list the resources, as the API server says")
  func authentication() async throws {
    try await World.with(workers: 0) { world in
      try await world.kubectl("create", "serviceaccount", "reader")
      let token = try await ServiceAccountKubeconfig.token(world.kubectl, serviceAccount: "reader")
      _ = try await world.runController(DashboardEndpoint.guarded) { controller in
        try await controller.waitForOutput("controller started")
        let dashboard = try await DashboardEndpoint(controller)
        #expect(try await dashboard.get("").status == 200)
        let statuses = [
          try await dashboard.get("api/board").status, try await dashboard.get("api/board", token: "guessed").status,
        ]
        #expect(statuses == [401, 401])
        let stranger = try await dashboard.get("api/board", token: token)
        #expect(stranger.status == 403)
        #expect(
          stranger.body.contains(
            "system:serviceaccount:\(world.namespace):reader may not list CitusMigrations in namespace"))
        try await world.kubectl("create", "role", "lists", "--verb=list", "--resource=citusmigrations.whimbrel.dev")
        try await world.kubectl(
          "create", "rolebinding", "lists", "--role=lists", "--serviceaccount=\(world.namespace):reader")
        _ = try await eventually("the new right counts", timeout: .seconds(40)) {
          try await dashboard.get("api/board", token: token).status == 200 ? true : nil
        }
        #expect(!controller.output.contains(token))
      }
    }
  }
}
