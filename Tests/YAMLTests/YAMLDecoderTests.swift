import Testing

@testable import YAML

@Suite("Decoding YAML")
struct YAMLDecoderTests {
  struct User: Decodable, Equatable {
    struct Credentials: Decodable, Equatable {
      var token: String
      var retries: Int8?
      var ratio: Double?
    }
    var name: String
    var user: Credentials?
  }

  struct File: Decodable, Equatable {
    var users: [User]
    var labels: [String: String]?
    var enabled: Bool?
  }

  enum Mode: String, Decodable { case on, off }
  struct Choice: Decodable { var mode: [Mode] }

  private func failure<Value: Decodable>(_ type: Value.Type, _ text: String) -> YAMLError? {
    do throws(YAMLError) {
      _ = try YAMLDecoder().decode(type, from: Array(text.utf8))
      return nil
    } catch {
      return error
    }
  }

  @Test("a document becomes the type, and keys that are not asked for are ignored")
  func decodes() throws {
    let text = """
      users:
      - name: ann
        extra: [1, {two: 3}]
        user: {token: "12", retries: 3, ratio: 2}
      - name: bob
        user: ~
      labels: {a: b}
      enabled: true
      """
    let file = try YAMLDecoder().decode(File.self, from: Array(text.utf8))
    #expect(file.users.map(\.name) == ["ann", "bob"])
    #expect(file.users[0].user == User.Credentials(token: "12", retries: 3, ratio: 2))
    #expect(file.users[1].user == nil)
    #expect(file.labels == ["a": "b"])
    #expect(file.enabled == true)
  }

  @Test(
    "an error names line, column and path",
    arguments: [
      ("users:\n- name: ann\n  user: {token: 12}\n", .typeMismatch, 3, 17, "users[0].user.token"),
      ("users:\n- name: ann\n  user: {token: [x]}\n", .typeMismatch, 3, 17, "users[0].user.token"),
      ("users:\n- name: ann\n  user: {}\n", .missingKey, 3, 9, "users[0].user.token"),
      ("users:\n- name: ~\n", .typeMismatch, 2, 9, "users[0].name"),
      ("users: {}\n", .typeMismatch, 1, 8, "users"),
      ("users: []\nenabled: yes\n", .typeMismatch, 2, 10, "enabled"),
      ("users: [{name: a, user: {token: t, retries: 300}}]\n", .invalidValue, 1, 45, "users[0].user.retries"),
      ("users: [{name: a, user: {token: t, ratio: x}}]\n", .typeMismatch, 1, 43, "users[0].user.ratio"),
      ("- 1\n", .typeMismatch, 1, 1, ""),
      ("users: []\nlabels: {a: 1}\n", .typeMismatch, 2, 13, "labels.a"),
    ] as [(String, YAMLError.Code, Int, Int, String)])
  func places(text: String, code: YAMLError.Code, line: Int, column: Int, path: String) throws {
    let error = try #require(failure(File.self, text))
    #expect(error.code == code, "\(error)")
    #expect(error.line == line && error.column == column, "\(error)")
    #expect(error.path == path)
  }

  @Test("an error thrown by a type's own decoding is placed too")
  func foreignErrors() throws {
    let error = try #require(failure(Choice.self, "mode:\n- 'on'\n- sideways\n"))
    #expect(error.code == .invalidValue)
    #expect(error.path == "mode[1]")
    #expect(error.line == 3 && error.column == 3)
  }

  @Test("no error quotes a value, because it may be a secret")
  func noValuesInErrors() throws {
    let error = try #require(failure(File.self, "users: [{name: a, user: {token: 424242}}]"))
    #expect(!"\(error)".contains("424242"))
    #expect(
      "\(error)" == "line 1, column 33: users[0].user.token: expected a string, found an integer; put it in quotes")
  }

  @Test("exactly one document is decoded", arguments: ["", "--- {users: []}\n--- {users: []}\n"])
  func oneDocument(text: String) {
    #expect(failure(File.self, text)?.code == .invalidValue)
  }
}
