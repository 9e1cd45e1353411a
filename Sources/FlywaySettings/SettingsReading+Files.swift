extension SettingsReading {
  mutating func readFiles() throws(SettingsError) {
  }
}
