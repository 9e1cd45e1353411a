import Testing

@testable import MigrationEngine

@Suite("The name of a scratch database")
struct ScratchNameTests {
  @Test("it tells when it was made, and is read back")
  func reading() throws {
    let name = ScratchName(createdAt: 1_767_225_600, random: 0x5F)
    #expect(name.text == "whimbrel_scratch_1767225600_0000005f")
    let read = try #require(ScratchName(name.text))
    #expect(read == name)
    #expect(!read.isLeftBehind(at: 1_767_225_600 + 3600))
    #expect(read.isLeftBehind(at: 1_767_225_600 + 3601))
  }

  @Test(
    "no other database is taken for one",
    arguments: [
      "app", "whimbrel_scratch_", "whimbrel_scratch_1", "whimbrel_scratch_1_zz", "whimbrel_scratch_1_0000005g",
      "whimbrel_scratch_x_0000005f", "whimbrel_scratch_1_0000005f_1",
    ])
  func others(text: String) {
    #expect(ScratchName(text) == nil)
  }
}
