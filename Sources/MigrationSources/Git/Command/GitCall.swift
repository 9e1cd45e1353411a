/// One call of a program: an argument vector, all of its environment, its input, and its bounds.
struct GitCall: Sendable, Equatable {
  var program = "git"
  var arguments: [String]
  var variables: [String: String] = [:]
  var input: [UInt8] = []
  var outputBytes = 1 << 20
  var time: Duration
  /// The greatest file that it may write, and the address space that it may take, both in bytes.
  var fileBytes: Int?
  var memory: Int?

  /// The program that is started: itself, or `prlimit` (util-linux), which limits itself and becomes the program.
  var vector: [String] {
    let limits = [fileBytes.map { "--fsize=\($0):\($0)" }, memory.map { "--as=\($0):\($0)" }].compactMap(\.self)
    guard !limits.isEmpty else { return [program] + arguments }
    return ["prlimit", "--core=0:0"] + limits + ["--", program] + arguments
  }
}

/// How a call ended.
struct GitResult: Sendable, Equatable {
  /// The exit code; 128 and the number of the signal where one ended it.
  var status: Int32
  var output: [UInt8] = []
  /// What it wrote on standard error.
  var message = ""
}
