import FoundationEssentials

/// Inputs that the fuzzer found worth keeping: the folder `Fuzzing/Corpus`.
struct Corpus {
  let inputs: [(name: String, bytes: [UInt8])]

  /// Reads the corpus of one target.
  init(_ target: String, from path: String = #filePath) throws {
    // Symbolic links are followed: a package that borrows these folders replays the corpus beside them.
    var folder = URL(filePath: path).resolvingSymlinksInPath()
    for _ in 0..<4 { folder = folder.deletingLastPathComponent() }
    let corpus = folder.path(percentEncoded: false) + "/Fuzzing/Corpus/" + target
    inputs = try FileManager.default.contentsOfDirectory(atPath: corpus).sorted().map { name in
      (name, try Array(Data(contentsOf: URL(filePath: "\(corpus)/\(name)"))))
    }
  }

  /// The inputs for which a property does not hold, with what was violated.
  func violations(_ check: ([UInt8]) throws(Violation) -> Void) -> [String] {
    inputs.compactMap { input in
      do throws(Violation) {
        try check(input.bytes)
        return nil
      } catch {
        return "\(input.name): \(error)"
      }
    }
  }
}
