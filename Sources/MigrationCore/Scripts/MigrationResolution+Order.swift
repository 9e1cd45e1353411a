extension MigrationResolution {
  /// Sorts what was read and finds what is there twice.
  mutating func sortAll() {
    set.versioned = ordered(set.versioned, code: .duplicateVersioned)
    set.baselines = ordered(set.baselines, code: .duplicateVersioned)
    set.undo = ordered(set.undo, code: .duplicateUndo)
    set.repeatables = orderedRepeatables()
    set.callbacks = orderedCallbacks()
  }

  private mutating func ordered(_ scripts: [MigrationScript], code: MigrationProblem.Code) -> [MigrationScript] {
    var result: [MigrationScript] = []
    let sorted = scripts.enumerated().sorted { left, right in
      guard let one = left.element.version, let other = right.element.version, one != other else {
        return left.offset < right.offset
      }
      return one < other
    }
    for (_, script) in sorted {
      if let last = result.last, last.version == script.version {
        guard !last.isSame(as: script) else { continue }
        set.problems.append(duplicate(code, "version \(script.version?.description ?? "")", last, script))
      } else {
        result.append(script)
      }
    }
    return result
  }

  private mutating func orderedRepeatables() -> [MigrationScript] {
    var result: [MigrationScript] = []
    let sorted = set.repeatables.enumerated().sorted { left, right in
      let (one, other) = (left.element.description, right.element.description)
      return one == other ? left.offset < right.offset : one.utf16.lexicographicallyPrecedes(other.utf16)
    }
    for (_, script) in sorted {
      if let last = result.last, last.description == script.description {
        guard !last.isSame(as: script) else { continue }
        set.problems.append(duplicate(.duplicateRepeatable, "description \"\(script.description)\"", last, script))
      } else if let last = result.last, HistoryText.isShortened(script.description),
        HistoryText.description(last.description) == HistoryText.description(script.description)
      {
        set.problems.append(tooLong(last, script))
      } else {
        result.append(script)
      }
    }
    return result
  }

  private mutating func orderedCallbacks() -> [CallbackScript] {
    var first: [String: CallbackScript] = [:]
    var result: [CallbackScript] = []
    for callback in set.callbacks {
      let file = callback.script.split(separator: "/").last.map(String.init) ?? callback.script
      // Flyway finds what is there twice among SQL only.
      let name = callback.program == nil ? settings.naming.stem(of: file) ?? file : callback.filePath
      if let other = first[name] {
        set.problems.append(
          MigrationProblem(
            .duplicateCallback, message: "\(other.filePath) and \(callback.filePath) are both the callback \(name).",
            nextStep: "Rename one of them: a description behind \(settings.naming.separator) tells them apart.",
            files: [other.script, callback.script], description: callback.description))
      } else {
        first[name] = callback
        result.append(callback)
      }
    }
    let places = Dictionary(uniqueKeysWithValues: CallbackEvent.allCases.enumerated().map { ($0.element, $0.offset) })
    return result.sorted { left, right in
      left.event == right.event
        ? precedes(left, right) : places[left.event, default: 0] < places[right.event, default: 0]
    }
  }

  /// By description, programs before SQL of the same one (`FlywayExecutor.prepareCallbacks`).
  private func precedes(_ left: CallbackScript, _ right: CallbackScript) -> Bool {
    left.description == right.description
      ? left.program != nil && right.program == nil
      : left.description.utf16.lexicographicallyPrecedes(right.description.utf16)
  }

  private func duplicate(
    _ code: MigrationProblem.Code, _ what: String, _ first: MigrationScript, _ second: MigrationScript
  ) -> MigrationProblem {
    MigrationProblem(
      code, message: "\(first.filePath) and \(second.filePath) are both of \(what).",
      nextStep: "Rename one of them; if one is applied already, rename the other.",
      files: [first.script, second.script], version: second.version?.description, description: second.description)
  }

  private func tooLong(_ first: MigrationScript, _ second: MigrationScript) -> MigrationProblem {
    MigrationProblem(
      .descriptionTooLong,
      message: "\(first.filePath) and \(second.filePath) have the same first 197 characters in their descriptions, and "
        + "the history table holds no more.",
      nextStep: "Shorten one of the file names.", files: [first.script, second.script],
      description: second.description)
  }
}

extension MigrationScript {
  /// Whether two files are one migration to Flyway: the same path below two locations, and the same content
  /// (`ResolvedMigrationImpl.equals`).
  fileprivate func isSame(as other: MigrationScript) -> Bool {
    script == other.script && checksum == other.checksum && rawChecksum == other.rawChecksum && type == other.type
      && description == other.description
  }
}
