extension JSON {
  /// Parses one value.
  ///
  /// - Parameters:
  ///   - bytes: the text, UTF-8, with white space around the value at most.
  ///   - depthLimit: how deep arrays and objects may nest.
  /// - Throws: ``JSONError`` with the offset of what is wrong. Of members with the same name the last counts.
  public init(parsing bytes: [UInt8], depthLimit: Int = 64) throws(JSONError) {
    var parser = JSONParser(depthLimit: depthLimit)
    self = try parser.document(bytes.span)
  }

  /// Parses one value, as from bytes; offsets in errors count bytes of the text's UTF-8.
  ///
  /// - Throws: ``JSONError`` with the offset of what is wrong.
  public init(parsing text: String, depthLimit: Int = 64) throws(JSONError) {
    try self.init(parsing: Array(text.utf8), depthLimit: depthLimit)
  }
}
