extension SettingsReading {
  /// The chosen environment's name.
  var environmentName: String {
    values.optionalText("environment")?.trimmingBlanks ?? "default"
  }

  /// Puts what `[environments.<name>]` says in the place of what is not set otherwise.
  mutating func chooseEnvironment() throws(SettingsError) {
  }
}
