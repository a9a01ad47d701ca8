/// What a line for sh says that it runs and reads.
struct ShellReading: Sendable {
  /// A name in the line that may be a file's.
  struct Name: Sendable, Hashable {
    var text: String
    var isPattern: Bool
    /// The word is this and nothing else; otherwise it is a piece of it (`--conf=FILE`).
    var isWhole: Bool
    /// Where the line may stand when it uses the name, seen from the project.
    var folders: [String]
  }

  /// What cannot be seen from the line.
  struct Gap: Sendable, Hashable {
    enum Kind: Sendable { case program, file }
    var kind: Kind
    var text: String
  }

  /// How the line uses `{input}`.
  enum InputForm: Sendable { case folder, file, either }

  /// Names that are looked up in PATH.
  var programs: [String] = []
  var names: [Name] = []
  var gaps: [Gap] = []
  /// Why the line cannot be run as it stands: a value would be taken for code.
  var refusals: [String] = []
  /// Whether a program runs what it reads from its input.
  var readsCode = false
  /// The same of those that can run programs and read files.
  var readsScript = false
  var hasPipe = false
  var hasTaintedDocument = false
  /// An id stands where a program looks for options.
  var idMayBeOption = false
  var usesFolder = false
  var usesFile = false
  var placeholders: [ShellPlaceholder] = []
  /// The words of a line that is one ordinary command, with nothing in it that sh would work out: it needs no sh.
  var plainWords: [ShellWord]?

  var inputForm: InputForm { usesFolder ? .folder : usesFile ? .file : .either }

  mutating func add(_ other: ShellReading) {
    for program in other.programs { add(program: program) }
    let known = Set(names)
    names.append(contentsOf: other.names.filter { !known.contains($0) })
    for gap in other.gaps { add(gap) }
    refusals.append(contentsOf: other.refusals)
    readsCode = readsCode || other.readsCode
    readsScript = readsScript || other.readsScript
    hasPipe = hasPipe || other.hasPipe
    hasTaintedDocument = hasTaintedDocument || other.hasTaintedDocument
    idMayBeOption = idMayBeOption || other.idMayBeOption
    usesFolder = usesFolder || other.usesFolder
    usesFile = usesFile || other.usesFile
  }

  mutating func add(program: String) {
    if !programs.contains(program) { programs.append(program) }
  }

  mutating func add(_ gap: Gap) {
    if !gaps.contains(gap) { gaps.append(gap) }
  }
}
