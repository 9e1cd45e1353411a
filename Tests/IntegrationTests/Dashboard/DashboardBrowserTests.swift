import TestSupport
import Testing

/// A controller that serves all namespaces needs an API server of its own.
@Suite(
  "The dashboard in a browser", .serialized, .onRealParts, .statesCitus, .ownAPIServer,
  .enabled(if: Browser.missing == nil, Comment(rawValue: Browser.missing ?? "")))
struct DashboardBrowserTests {
  /// Shows a scene to a browser: an API server, and a controller that follows.
  private func scene(_ body: @escaping (DashboardScene, Browser, String) async throws -> Void) async throws {
    let local = try #require(OwnAPIServer.infrastructure)
    let binary = try #require(RealParts.binary)
    let kubectl = try await KubernetesCluster.prepare(kubeconfig: local.kubeconfig).makeNamespace()
    let scene = DashboardScene(kubectl: kubectl)
    try await scene.clear()
    try await scene.holdElection()
    let arguments = [
      "controller", "--operations-address", "", "--kubeconfig", local.kubeconfig, "--lease-namespace",
      kubectl.namespace,
    ]
    let ending = try await RunningProcess.run(binary, arguments + DashboardEndpoint.open) { controller in
      try await controller.waitForOutput("controller started")
      let url = try await DashboardEndpoint(controller).url
      try await Browser.run { browser in try await body(scene, browser, url) }
    }.ending
    #expect(ending == .exited(0), "readers do not hold up the end")
  }

  @Test("shows an empty board, then each resource as it is declared, in all states, light and dark, wide and narrow")
  func board() async throws {
    try await scene { scene, browser, url in
      try await browser.open(url)
      try await browser.wait(for: "No CitusMigration yet")
      try await browser.picture("empty")
      try await scene.declare(scene.resources)
      // The page is not loaded anew.
      for word in [
        "Awaiting approval", "Applying 2/4", "Failed V20251118202000", "Waiting for workers 1/2", "Suspended",
      ] {
        try await browser.wait(for: word)
      }
      try await browser.wait(for: "Not looked at yet")
      let heads: [String] = try await browser.value(
        "[...document.querySelectorAll('thead th')].map((each) => each.textContent)")
      #expect(heads == ["Resource", "dev", "staging", "prod", "elsewhere"])
      #expect(try await browser.count("tbody tr") == 6)
      #expect(try await browser.count(".card") == 14)
      // Each state has an icon and a word.
      #expect(try await browser.count(".card .state svg") == 14)
      try await browser.picture("board")
      try await browser.open(url, .init(isDark: true))
      try await browser.wait(for: "Awaiting approval")
      let back: String = try await browser.value("getComputedStyle(document.documentElement).backgroundColor")
      #expect(back == "rgb(20, 23, 26)")
      try await browser.picture("board-dark")
      try await browser.open(url, .init(width: 390, height: 844))
      try await browser.wait(for: "Awaiting approval")
      let isWide: Bool = try await browser.value("document.documentElement.scrollWidth > innerWidth")
      #expect(!isWide, "nothing is cut off at the side")
      try await browser.picture("board-narrow")
      #expect(try await browser.complaints() == [])
    }
  }

  @Test("a resource has a page: why it stands, the error with its line, what is pending; markup stays text")
  func resource() async throws {
    try await scene { scene, browser, url in
      try await scene.declare(scene.resources)
      try await browser.open(url + "#/wallet-dev/wallet", .init(height: 900))
      try await browser.wait(for: "V20251118202000__add_user_preferences.sql:12:34")
      let text = try await browser.text()
      for part in [
        "MigrationFailed:", "SQLSTATE 42P01", "relation \"users\" does not exist", "<img src=x onerror=alert(1)>",
        "citus-worker-2:5432", "V20251118200000__add_bets.sql", "Run failed",
      ] { #expect(text.contains(part), "\(part)") }
      #expect(try await browser.count("main img") == 0)
      try await browser.picture("failed")
      try await browser.open(url + "#/betting-prod/betting", .init(height: 900, isDark: true))
      try await browser.wait(for: "kubectl whimbrel approve betting -n betting-prod --digest 9c56cc51b374")
      try await browser.wait(for: "Write CREATE INDEX CONCURRENTLY")
      let planned = try await browser.text()
      for part in [
        "What it does to tables", "public.bet_events", "distributed, 32 shards, on 2 nodes", "45 GB", "SHARE",
        "public.\"<img src=x>\"", "ACCESS EXCLUSIVE", "reads and writes", "column \"<b>x</b>\" does not exist",
        "Tried in a scratch database: ", "ALTER SYSTEM was not tried",
      ] { #expect(planned.contains(part), "\(part)") }
      #expect(try await browser.count("main img") == 0)
      #expect(try await browser.count(".chain .card") == 3)
      #expect(try await browser.count(".chain .card[aria-current=page]") == 1)
      try await browser.picture("held-dark")
      try await browser.open(url + "#/odds-staging/odds", .init(width: 390, height: 844))
      try await browser.wait(for: "public.bets_manual_idx")
      let isWide: Bool = try await browser.value("document.documentElement.scrollWidth > innerWidth")
      #expect(!isWide, "nothing is cut off at the side")
      try await browser.picture("resource-narrow")
      try await browser.open(url + "#/betting-prod/none")
      try await browser.wait(for: "No such resource")
      #expect(try await browser.complaints() == [])
    }
  }

  @Test("500 resources, and a page with as much as a status holds, are shown piece by piece")
  func many() async throws {
    try await scene { scene, browser, url in
      let crowd = (1...498).map { number in
        scene.resource(number % 2 == 0 ? "crowd-dev" : "crowd-prod", "app-\(1000 + number)", scene.applied(7))
      }
      try await scene.declare(
        crowd + [
          scene.resource("crowd-dev", "full", scene.crowded()), scene.resource("crowd-dev", "zz-last", scene.failed()),
        ])
      try await browser.open(url)
      try await browser.wait(for: "Show 60 more of 440")
      let all: String = try await browser.value("document.querySelector('.chip').textContent")
      #expect(all == "All500")
      #expect(try await browser.count(".card") == 60)
      try await browser.picture("many")
      try await browser.click(".more")
      #expect(try await browser.count(".card") == 120)
      try await browser.press("/")
      try await browser.press("zz-la")
      try await browser.wait(for: "zz-last")
      #expect(try await browser.count(".card") == 1)
      try await browser.open(url + "#/crowd-dev/full")
      try await browser.wait(for: "and 1900 more, which the status does not list")
      try await browser.wait(for: "1737 earlier ones are in the history table")
      let rows = try await browser.count("[data-part=migrations] tbody tr")
      #expect(rows == 100)
      try await browser.click("[data-part=migrations] .more")
      #expect(try await browser.count("[data-part=migrations] tbody tr") == 200)
      #expect(try await browser.count("main b b") == 0)
      #expect(try await browser.complaints() == [])
    }
  }

  @Test("keys alone lead everywhere, what has the focus is seen, and the theme can be chosen")
  func keys() async throws {
    try await scene { scene, browser, url in
      try await scene.declare(scene.resources)
      try await browser.open(url)
      try await browser.wait(for: "Awaiting approval")
      try await browser.press("\u{E004}")
      let first: String = try await browser.value("document.activeElement.textContent")
      #expect(first == "Skip to content")
      var seen: [String] = []
      for _ in 0..<20 {
        try await browser.press("\u{E004}")
        seen.append(try await browser.value("document.activeElement.className"))
      }
      #expect(seen.contains { $0.contains("card-held") })
      #expect(seen.contains { $0.contains("chip-stalled") })
      let outline: String = try await browser.value("getComputedStyle(document.activeElement).outlineStyle")
      #expect(outline == "solid")
      let key: String = try await browser.value("document.activeElement.dataset.key")
      try await browser.press("\u{E007}")
      try await browser.wait(for: "Applied migrations")
      #expect(try await browser.text().contains(key))
      try await browser.press("b")
      try await browser.wait(for: "ELSEWHERE")
      for theme in ["light", "dark", ""] {
        try await browser.click("#theme")
        let chosen: String = try await browser.value("document.documentElement.dataset.theme")
        #expect(chosen == theme)
      }
    }
  }

  @Test("whoever signs in with a token that may list sees the board; it is kept in the tab and in no cookie")
  func signIn() async throws {
    let local = try #require(OwnAPIServer.infrastructure)
    let kubernetes = try await KubernetesCluster.prepare(kubeconfig: local.kubeconfig)
    try await World.with(workers: 0, kubernetes: kubernetes) { world in
      try await world.applyFiles(Trace.files(1))
      try await world.applyMigration()
      try await world.kubectl("create", "serviceaccount", "reader")
      try await world.kubectl("create", "role", "lists", "--verb=list", "--resource=citusmigrations.whimbrel.dev")
      try await world.kubectl(
        "create", "rolebinding", "lists", "--role=lists", "--serviceaccount=\(world.namespace):reader")
      let token = try await ServiceAccountKubeconfig.token(world.kubectl, serviceAccount: "reader")
      _ = try await world.runController(DashboardEndpoint.guarded) { controller in
        try await world.waitUntilReady()
        let url = try await DashboardEndpoint(controller).url
        try await Browser.run { browser in
          try await browser.open(url)
          try await browser.wait(for: "Sign in")
          try await browser.picture("sign-in")
          try await browser.press("guessed\u{E007}")
          try await browser.wait(for: "The API server does not know this token")
          try await browser.press("\(token)\u{E007}")
          try await browser.wait(for: "Applied")
          #expect(try await browser.count(".card-applied") == 1)
          let kept: [String?] = try await browser.value(
            "[sessionStorage.getItem('whimbrel-token'), localStorage.getItem('whimbrel-token'), document.cookie]")
          #expect(kept == [token, nil, ""])
          // Live: the resource changes and the page follows.
          try await world.applyFiles(["V1__trace.sql": "SELECT 1;", "V2__bad.sql": "SELECT '<b>' FROM nowhere;"])
          try await browser.wait(for: "Needs a person")
          try await browser.click("#leave")
          try await browser.wait(for: "Sign in")
          #expect(try await browser.complaints() == [])
        }
      }
    }
  }
}
