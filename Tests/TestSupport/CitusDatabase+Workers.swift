extension CitusDatabase {
  /// Registers a worker with the coordinator: number 1 or 2.
  package func addWorker(_ number: Int) async throws {
    try await cluster.script.run(["database", "add-worker", name, "\(number)"])
  }
}
