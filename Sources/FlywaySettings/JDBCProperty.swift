/// One option of a connection under pgjdbc's name (`org.postgresql.PGProperty`), and what becomes of it here.
struct JDBCProperty {
  /// What becomes of it.
  enum Use {
    case user, password, sslMode, ssl, sslRootCertificate, sslCertificate, sslKey, sslFactory, applicationName
    case connectTimeout, loginTimeout, currentSchema, options, channelBinding
    /// It has nothing to act on here; why.
    case idle(String)
    /// It must not be passed over; why.
    case refused(String)
  }

  let name: String
  let use: Use

  /// By name, case aside, because environment variables give all names in lower case.
  static func named(_ name: String) -> JDBCProperty? {
    byName[name.lowercased()]
  }

  static let all: [JDBCProperty] =
    used + idle + refused

  private static let byName = Dictionary(all.map { ($0.name.lowercased(), $0) }) { first, _ in first }

  private static let used: [JDBCProperty] = [
    JDBCProperty(name: "user", use: .user), JDBCProperty(name: "password", use: .password),
    JDBCProperty(name: "sslmode", use: .sslMode), JDBCProperty(name: "ssl", use: .ssl),
    JDBCProperty(name: "sslrootcert", use: .sslRootCertificate), JDBCProperty(name: "sslcert", use: .sslCertificate),
    JDBCProperty(name: "sslkey", use: .sslKey), JDBCProperty(name: "sslfactory", use: .sslFactory),
    JDBCProperty(name: "ApplicationName", use: .applicationName),
    JDBCProperty(name: "connectTimeout", use: .connectTimeout), JDBCProperty(name: "loginTimeout", use: .loginTimeout),
    JDBCProperty(name: "currentSchema", use: .currentSchema), JDBCProperty(name: "options", use: .options),
    JDBCProperty(name: "channelBinding", use: .channelBinding),
  ]

  private static let idle: [JDBCProperty] =
    [
      "adaptiveFetch", "adaptiveFetchMaximum", "adaptiveFetchMinimum", "allowEncodingChanges", "assumeMinServerVersion",
      "autosave", "binaryTransfer", "binaryTransferDisable", "binaryTransferEnable", "cleanupSavepoints",
      "convertBooleanToNumeric", "databaseMetadataCacheFields", "databaseMetadataCacheFieldsMiB", "defaultRowFetchSize",
      "disableColumnSanitiser", "escapeSyntaxCallMode", "groupStartupParameters", "hideUnprivilegedObjects",
      "includeFunctionsInMetadata", "logServerErrorDetail", "logUnclosedConnections", "loggerFile", "loggerLevel",
      "maxResultBuffer", "maxSendBufferSize", "preferQueryMode", "preparedStatementCacheQueries",
      "preparedStatementCacheSizeMiB", "prepareThreshold", "protocolVersion", "quoteReturningIdentifiers",
      "readOnlyMode", "receiveBufferSize", "reWriteBatchedInserts", "sendBufferSize", "stringtype", "tcpNoDelay",
      "unknownLength", "xmlFactoryFactory", "sslResponseTimeout", "cancelSignalTimeout", "requireAuth",
    ].map { JDBCProperty(name: $0, use: .idle("it is about the Java driver")) } + [
      JDBCProperty(name: "tcpKeepAlive", use: .idle("keepalives are always sent")),
      JDBCProperty(name: "socketTimeout", use: .idle("statements are bounded by whimbrel.statementTimeout")),
      JDBCProperty(name: "loadBalanceHosts", use: .idle("one host is named")),
      JDBCProperty(name: "hostRecheckSeconds", use: .idle("one host is named")),
      JDBCProperty(name: "targetServerType", use: .idle("the coordinator is checked by itself")),
      JDBCProperty(name: "gssEncMode", use: .idle("GSS encryption is never used")),
      JDBCProperty(name: "jaasLogin", use: .idle("Kerberos is not used")),
      JDBCProperty(name: "jaasApplicationName", use: .idle("Kerberos is not used")),
      JDBCProperty(name: "kerberosServerName", use: .idle("Kerberos is not used")),
      JDBCProperty(name: "gsslib", use: .idle("Kerberos is not used")),
      JDBCProperty(name: "useSpnego", use: .idle("Kerberos is not used")),
      JDBCProperty(name: "sspiServiceClass", use: .idle("Kerberos is not used")),
      JDBCProperty(name: "gssResponseTimeout", use: .idle("Kerberos is not used")),
      JDBCProperty(name: "gssUseDefaultCreds", use: .idle("Kerberos is not used")),
    ]

  private static let refused: [JDBCProperty] = [
    JDBCProperty(name: "sslpassword", use: .refused("give the key decrypted")),
    JDBCProperty(name: "sslpasswordcallback", use: .refused("give the key decrypted")),
    JDBCProperty(name: "sslhostnameverifier", use: .refused("write sslmode=verify-full or verify-ca")),
    JDBCProperty(name: "sslfactoryarg", use: .refused("write sslmode and sslrootcert")),
    JDBCProperty(name: "sslNegotiation", use: .refused("only sslNegotiation=postgres is spoken")),
    JDBCProperty(
      name: "socketFactory", use: .refused("there is no Java; name an address that can be reached directly")),
    JDBCProperty(
      name: "socketFactoryArg", use: .refused("there is no Java; name an address that can be reached directly")),
    JDBCProperty(name: "localSocketAddress", use: .refused("the system chooses the address of its own side")),
    JDBCProperty(name: "authenticationPluginClassName", use: .refused("there is no Java; set password")),
    JDBCProperty(name: "accessToken", use: .refused("set it as password")),
    JDBCProperty(name: "service", use: .refused("service files are not read; set url, user and password")),
    JDBCProperty(name: "replication", use: .refused("migrations do not run over a replication connection")),
    JDBCProperty(name: "readOnly", use: .refused("migrations write")),
  ]
}
