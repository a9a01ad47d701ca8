import Foundations
import Glibc

/// One start of a command line, with the values that it is given.
struct CommandInvocation: Sendable {
  /// What is started: a program with its words, or sh with the line.
  let arguments: [String]
  /// The program's file, when no sh looks it up.
  let program: String?
  /// The variables in which the values reach the program.
  let variables: [String: String]

  /// sh, told to fail where the first program of a pipe fails: a listing that broke off is no empty list. dash, which
  /// is Debian's sh, cannot do that.
  private static let shell: [String] = {
    let raw = realpath("/bin/sh", nil)
    defer { free(raw) }
    let name = raw.map { Path.name(String(cString: $0)) }
    let knowsPipefail = name.map { ["bash", "busybox", "ksh", "ksh93", "mksh", "zsh"].contains($0) } ?? false
    return knowsPipefail ? ["/bin/sh", "-o", "pipefail"] : ["/bin/sh"]
  }()

  /// The line for sh, which reads values as variables only.
  init(script: String, variables: [String: String]) {
    arguments = Self.shell + ["-c", script]
    program = nil
    self.variables = variables
  }

  /// A program that is started without a sh, which would cost as much as many a program; `nil` when there is none that
  /// can be started: sh says best what is wrong.
  init?(words: [String], variables: [String: String], directory: String) {
    guard let name = words.first else { return nil }
    if name.utf8.contains(UInt8(ascii: "/")) {
      let path = Path.join(directory, name)
      guard access(path, X_OK) == 0, ((try? FileSystem.status(path)) ?? nil)?.isRegular == true else { return nil }
      // As it is written: a script sees its name.
      program = name
    } else {
      guard let found = CommandFiles.program(name, in: directory) else { return nil }
      program = found
    }
    arguments = words
    self.variables = variables
  }
}
