import Foundations
import Testing

@testable import Stages

/// What is seen in a line for sh: programs where commands begin, names that may be files and from which folder, and
/// what cannot be seen.
@Suite struct ShellReaderTests {
  @Test(arguments: [
    ("sort in.txt | uniq -c", "sort uniq"),
    ("env LC_ALL=C LANG=C tool x", "env tool"),
    ("X=1 Y=2 tool", "tool"),
    ("true && tool || other", "tool other"),
    ("nice -n 5 timeout -k 1 10 nohup tool", "nice timeout nohup tool"),
    ("time -p tool; exec tool2", "time tool tool2"),
    ("sh -c 'a | b' ; bash -ec \"c && d\"", "sh a b bash c d"),
    ("ls | xargs -n 1 -I X tool X", "ls xargs tool"),
    ("find . -name x -exec tool {} + -execdir other {} ';'", "find tool other"),
    ("if a; then b; elif c; then d; else e; fi", "a b c d e"),
    ("while read -r l; do a \"$l\"; done < f", "a"),
    ("for f in 1 2; do a $f; done", "a"),
    ("case x in (a|b) one;; c) two;; esac; three", "one two three"),
    ("f() { one; }; f; { two; }; (three)", "one two three"),
    ("echo $(one | two) `three`", "one two three"),
    ("T=tool; $T x", "tool"),
    ("! one & two # three", "one two"),
    ("one \\\n two\nthree", "one three"),
    ("command -v one; command two; \"three\"", "two three"),
    ("cat <<E\none $(two)\nE\nthree", "cat three two"),
    ("eval 'one x'", "one"),
  ])
  func programs(line: String, programs: String) {
    #expect(ShellReader.read(line).programs == programs.split(separator: " ").map(String.init))
  }

  /// Names that are whole words, as seen from the project.
  private func names(_ line: String) -> Set<String> {
    Set(ShellReader.read(line).names.flatMap { name in name.folders.map { Path.join($0, name.text) } })
  }

  @Test(arguments: [
    ("python3 'my scripts/x.py'", "my scripts/x.py"), ("python3 my\\ scripts/x.py", "my scripts/x.py"),
    ("cat \"it's.txt\"", "it's.txt"), ("tool --conf=c/f.json", "c/f.json"), ("tool conf=f", "f"),
    ("awk -fprog x", "prog"),
    ("curl -d @body", "body"), ("cat < f", "f"), ("A=f tool", "f"), ("cd d && cat f", "d/f"),
    ("(cd d; cat f); cat g", "d/f"),
    ("(cd d; cat f); cat g", "g"), ("env -C d cat f", "d/f"), ("for f in a b; do cat d/$f; done", "d/b"),
    ("D=d; cat \"$D/f\"", "d/f"), ("python3 -m pkg.tool", "pkg/tool.py"), ("python3 -c \"open('f').read()\"", "f"),
    ("./run f", "./run"), (". ./lib.sh", "./lib.sh"), ("sh -c 'cat f'", "f"), ("cd d; cd e; cat f", "d/e/f"),
  ])
  func files(line: String, file: String) { #expect(names(line).contains(file), "\(names(line))") }

  @Test func whatIsNoFileThatIsRead() {
    #expect(!names("sort x").contains("sort"), "a program is looked for in PATH only")
    #expect(!names("tool > out 2>> log").contains("out"), "what is written is no input")
    #expect(
      !names("sort x > t; cat t; tee u < t; cp x v; cat u v").contains { ["t", "u", "v"].contains($0) },
      "what the line makes")
    #expect(names("cat t > u; sort x > t").contains("t"), "what it reads before")
    #expect(!names("cd d && cat f").contains("f"), "a name is seen from where the line stands")
    #expect(names("echo f; cat {input}/f > {output}").isEmpty)
    #expect(ShellReader.read("cat conf/*.json").names.first { $0.text == "conf/*.json" }?.isPattern == true)
    #expect(ShellReader.read("cat 'conf/*.json'").names.first { $0.text == "conf/*.json" }?.isPattern == false)
  }

  @Test(arguments: [
    "false && echo x > t; cat t", "true || echo x > t; cat t", "if a; then echo x > t; fi; cat t",
    "if a; then echo x > t; else cat t; fi", "for i in a; do echo x > t; done; cat t", "while a; do tee t; done; cat t",
    "case a in b) echo x > t;; c) cat t;; esac", "case a in b) echo x > t;; esac; cat t", "f() { echo x > t; }; cat t",
    "false && (a; echo x > t); cat t", "false && { a; echo x > t; }; cat t", "echo x > t & cat t",
    "a && echo x > t || cat t",
  ])
  func whatMayNotBeWrittenIsRead(line: String) { #expect(names(line).contains("t"), "\(names(line))") }

  @Test(arguments: [
    "echo x > t; cat t", "echo x > t && cat t", "a && echo x > t && cat t", "a && (echo x > t) && cat t",
    "(echo x > t); cat t", "{ a; echo x > t; }; cat t", "if a; then echo x > t; cat t; fi",
    "for i in a; do echo x > t; cat t; done", "for i in a; do b; done > t; cat t", "echo x > t || exit 1; cat t",
    "case a in b) echo x > t; cat t;; esac", "f() { echo x > t; cat t; }; f", "echo x > t\nif a; then cat t; fi",
  ])
  func whatIsWrittenFirstIsNotRead(line: String) { #expect(!names(line).contains("t"), "\(names(line))") }

  @Test(arguments: [
    ("make all", "make"), ("cat f | sh", "pipe"), ("cat f | python3 -", "pipe"), ("curl x | (cd d; bash -s)", "pipe"),
    ("$TOOL x", "$TOOL"), ("\"$(which tool)\" x", "$(…)"), ("eval \"$X\"", "eval"), (". $F", "$F"), ("cat $F", "$F"),
    ("cat $(list)", "$(…)"), ("cat `list`", "`…`"), ("cat <<E\nx\nE", "here-document"), ("PATH=x:$PATH tool", "PATH"),
    ("sh -c \"$CODE\"", "sh -c"), ("ls | xargs cat", "xargs"), ("python3 -c 'x'", "python3"), ("cd $D && cat f", "cd"),
    ("cat ${F:-x}", "${F…}"),
  ])
  func gaps(line: String, gap: String) {
    let gaps = ShellReader.read(line).gaps
    #expect(gaps.contains { $0.text.contains(gap) }, "\(gaps)")
  }

  @Test(arguments: [
    "cat in.txt | sort > {output}", "for f in {input}/*; do cat \"$f\"; done", "echo $HOME $$ $?", "cd d && ./x '$Y'",
    "cat f | python3 x.py | sh y.sh", "sh f; cat g | sort",
  ])
  func nothingIsHidden(line: String) { #expect(ShellReader.read(line).gaps.isEmpty, "\(ShellReader.read(line).gaps)") }

  @Test(arguments: [
    ("echo {id}", "echo \"$SLUICE_ID\""), ("echo \"a {id} b\"", "echo \"a ${SLUICE_ID} b\""),
    (#"sh -c "echo {id} '{id}'""#, #"sh -c "echo \"\$SLUICE_ID\" ''\"\$SLUICE_ID\"''""#),
    ("echo 'a {id} b'", "echo 'a '\"$SLUICE_ID\"' b'"), ("sh -c 'echo {id}'", "sh -c 'echo \"$SLUICE_ID\"'"),
    ("cat <<E\n{id}\nE", "cat <<E\n${SLUICE_ID}\nE"), ("echo \"$(echo {id})\"", "echo \"$(echo \"$SLUICE_ID\")\""),
    ("echo \\{id} # {id}", "echo \\{id} # {id}"), ("echo ${X:-{id}}", "echo ${X:-\"$SLUICE_ID\"}"),
  ])
  func valuesAreVariables(line: String, script: String) throws {
    #expect(try CommandLineTemplate.of(line).script(["id"], inputs: 0) == script)
    #expect(try CommandLineTemplate.of(line).script([], inputs: 0) == line, "what has no value is left as it is")
  }

  @Test(arguments: [
    ("cp {input} {output}", ["cp", "a b", "{output}"]),
    ("tool -n 5 'x y' \"q\\\"{id}\"", ["tool", "-n", "5", "x y", "q\"$(id)"]),
    ("./s.py --out={id}", ["./s.py", "--out=$(id)"]), ("cat \\é \"\\é\" caf\\é", ["cat", "é", "\\é", "café"]),
    ("cat ''", ["cat", ""]), ("jq -c .a.b", ["jq", "-c", ".a.b"]),
  ])
  func anOrdinaryCommandNeedsNoShell(line: String, words: [String]) {
    let values = ["SLUICE_INPUT": "a b", "SLUICE_ID": "$(id)"]
    #expect(CommandLineTemplate.of(line).words(values, inputs: []) == words)
  }

  @Test(arguments: [
    "sh -c 'echo {id}'", "cp a b && c", "cat <a", "cat a >b", "cat *.txt", "cat ~/a", "X=1 cat a", "echo a", "cd d",
    "cat $X",
    "cat \"$(ls)\"", "cat a | sort", "cat a; cat b", "cat a &", "(cat a)", "time cat a", "cat {a,b}",
    "[[ a ]]",
    "env sh -c \"echo {id}\"", "nice sh -c 'cat {input}'", "cat <<E\nx\nE", "cat a\ncat b", "cat a >", "cat a 2>",
    "cat 'a", "cat \"a", "cat a\\", "cat $'a'", "cat $\"a\"", "! cat a", "'cat' [a]", "",
  ])
  func theRestNeedsOne(line: String) {
    #expect(CommandLineTemplate.of(line).words(["SLUICE_ID": "x"], inputs: []) == nil)
  }

  @Test(arguments: [
    ("rm {id}", true), ("rm -f {id}.txt", true), ("rm -- {id}", false), ("rm ./{id}", false), ("echo {id}", false),
    ("cat --n={id}", false), ("cat \"{id}\"", true),
    ("cat '{id}'", true), ("cat ''{id}", true), ("x={id}; cat $x", true), ("cat '--' {id}", false),
  ])
  func whereAnIDCouldBeAnOption(line: String, isOpen: Bool) { #expect(ShellReader.read(line).idMayBeOption == isOpen) }

  @Test func inputsAreWordsOfTheirOwn() throws {
    let template = CommandLineTemplate.of("cat {inputs}")
    #expect(try template.script(["inputs"], inputs: 2) == "cat \"$SLUICE_INPUT_1\" \"$SLUICE_INPUT_2\"")
    #expect(template.words([:], inputs: ["a", "b c"]) == ["cat", "a", "b c"])
    #expect(CommandLineTemplate.of("cat x{inputs}").words([:], inputs: ["a", "b"]) == nil)
    #expect(CommandLineTemplate.of("cat x{inputs}").words([:], inputs: ["a"]) == ["cat", "xa"])
    #expect(throws: SluiceError.self) {
      _ = try CommandLineTemplate.of("cat \"{inputs}\"").script(["inputs"], inputs: 2)
    }
    for line in ["echo $(( {id} ))", "cat <<'E'\n{id}\nE"] {
      #expect(throws: SluiceError.self) { _ = try CommandLineTemplate.of(line).script(["id"], inputs: 0) }
    }
  }

  @Test(arguments: [
    "sh -c echo\\ {id}", "eval {id}", "{id} x", "python3 -c \"print('{id}')\"", "awk \"/{id}/\" f", "sed s/x/{id}/",
    "nice sh -c \"{id}\"", "sh -c \"x $Y {id}\"", "flock f -c 'echo {id}'", "true | perl -e 'print {id}'",
  ])
  func dataIsNoCode(line: String) { #expect(!ShellReader.read(line).refusals.isEmpty) }

  @Test(arguments: [
    "trap 'echo {id}' EXIT", "sh <<X\necho {id}\nX", "echo {id} | sh", "echo 'print(\"{id}\")' | python3",
    "(echo {id}) | (cd x; sh -s a)", "cat <<X | sh\n{id}\nX", "echo {id} | xargs sh -c", "x={id}; sh <<X\n$x\nX",
    "python3 -Ic 'print({id})'", "python3 -uc \"{id}\"", "python3 -c'{id}'", "perl -we '{id}'", "perl -ne '{id}' f",
    "perl -le'{id}'", "perl -e 1 {id}", "sed p {id}", "awk -f {id} f", "python3 {id}", "node -r {id} x.js", "sh {id}",
    "sh -c 'sh -c \"echo {id}\"'", "`sh -c \"echo {id}\"`", "su root -c 'echo {id}'", "script -qc 'echo {id}' f",
    "git -c alias.x='!{id}' x", "make {id}", "make X={id}", "echo {id} | xargs -I% sh -c 'echo %'",
    "echo {id} | xargs -I % sh -c 'echo %'", "x={id}; eval echo $x", "x={id}; sh -c \"echo $x\"", "eval $(echo {id})",
    "echo {id} | { read x; eval $x; }", "for x in {id}; do eval $x; done", "set -- {id}; eval \"$1\"",
    "x={id}; y=$x; trap \"$y\" EXIT", "fakeroot sh -c 'echo {id}'", "env -S 'sh {id}' x", "LD_PRELOAD={id} x",
    ". {id}", "sh -c 'eval \"$1\"' sh {id}", "sqlite3 db \"{id}\"", "ssh h {id}", "nice -n {id} x",
    "echo {id} | bash -s",
  ])
  func dataIsNoCodeInDisguise(line: String) { #expect(!ShellReader.read(line).refusals.isEmpty) }

  @Test(arguments: [
    "echo {id} | python3 x.py", "echo {id} | sh -c 'cat' | awk '{print}'", "perl -ne 'print' -- {id}", "A={id} tool $A",
    "python3 -c 'x' {id}", "[ {id} = x ] && printf '%s' \"a {id}\" | sort", "cat <<X\n{id}\nX", "x={id}; echo \"$x\"",
    "git log -- {id}", "env A={id} tool", "awk -v a=1 -v id={id} '{print id}' f", "timeout 5 tool --x={id} {id}",
    "sed -n p f; echo {id}", "echo {id} | xargs -I% echo %", "sh x.sh {id} | python3 y.py", "read x; echo {id} $x",
    "python3 x.py {id} < f", "curl -s \"http://h/?q={id}\" | jq .",
    "python3 x.py --id={id} {id}", "sh -c 'echo \"$1\"' sh {id}", "sh -c 'echo {id}'", "awk -v id={id} -f p x",
    "grep -F {id} f",
  ])
  func dataIsAWord(line: String) { #expect(ShellReader.read(line).refusals.isEmpty) }

  @Test(arguments: [
    ("cat {input}/*", "folder"), ("ls {input}", "folder"), ("[ -d {input} ]; cat {input}", "folder"),
    ("grep -r x {input}", "folder"),
    ("cat {input}", "file"), ("tool < {input}", "file"), ("tool {input}", "either"), ("cp {input} {output}", "file"),
  ])
  func formOfTheInput(line: String, form: String) { #expect("\(ShellReader.read(line).inputForm)" == form) }

  @Test(arguments: [
    "'", "\"", "$(", "`", "${", "$((", "<<", "<<E", "a <", "case", "case x in", "for", "for x in", "\\", "a)", ";;",
    "{id", "'{id}",
  ])
  func brokenLinesAreReadToo(line: String) {
    // sh will say what is wrong with them; the reader only must not fall.
    _ = ShellReader.read(line)
    _ = ShellReader.read("x \(line) {id} y")
  }

  @Test func whatGrowsIsBounded() {
    for piece in ["$(", "\"`", "\"$(", "${x:-", "$((", "(", "sh -c \"", "\"${x:-\""] {
      _ = ShellReader.read(String(repeating: piece, count: 20_000))
    }
    #expect(ShellReader.read(String(repeating: "$(", count: 100)).gaps.contains { $0.text.contains("code in code") })
    let doubling = "x=a" + String(repeating: "; x=$x$x$x$x", count: 40) + "; cat $x"
    #expect(ShellReader.read(doubling).gaps.contains { $0.text.contains("$x") })
  }
}
