/// What the command line can do to a database or a directory.
enum Verb: String, Sendable, CaseIterable {
  case migrate, info, validate, repair, baseline, clean, undo, plan, drift, new

  /// One line of help.
  var summary: String {
    switch self {
    case .migrate: "Apply what is pending."
    case .info: "Show all migrations and their states."
    case .validate: "Compare the history with the files; what differs or is pending is an error."
    case .repair: "Remove failed rows, mark missing migrations as deleted, align checksums, descriptions and types."
    case .baseline: "Mark an existing database as being at a version."
    case .clean: "Drop everything in the managed schemas; needs cleanDisabled=false."
    case .undo: "Take back the latest version, or all down to the target, with the U files."
    case .plan: "Show what migrate would run, in what order and mode; changes nothing."
    case .drift: "Show what in the database is not as the migrations left it; ends with 2 if something is not."
    case .new: "Make a migration file from a template: whimbrel new \"add user preferences\"."
    }
  }
}
