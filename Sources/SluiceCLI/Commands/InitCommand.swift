import Foundations

/// `sluice init`
enum InitCommand {
  static let spec = CommandSpec(
    "init", "Write a pipeline to start from into this folder.", usage: "[NAME]",
    discussion:
      "Writes pipelines/NAME.yaml (main without a NAME), which reads the documents in documents/. Nothing that is there is touched."
  ) { arguments in
    let name = arguments.positional.first ?? "main"
    guard !name.isEmpty,
      name.utf8.allSatisfy({
        $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") || (48...57).contains($0) || (65...90).contains($0)
          || (97...122).contains($0)
      })
    else {
      throw SluiceError(.usage, "'\(name)' is no name for a pipeline: letters, digits, '-' and '_' only")
    }
    let path = "pipelines/\(name).yaml"
    guard !FileSystem.exists(path) else {
      throw SluiceError(.usage, "\(path) is there already", advice: "Choose another name: sluice init NAME")
    }
    try FileSystem.makeDirectory("pipelines")
    try FileSystem.makeDirectory("documents")
    try FileSystem.writeAtomically(template(name), to: path)
    if !FileSystem.exists(".gitignore") { try FileSystem.writeAtomically("/artifacts/\n/models/\n", to: ".gitignore") }
    Output.line(
      "Wrote \(path).\n\nPut PDFs, pages, Markdown or text files into documents/, then:\n  sluice plan\n  sluice run\n  sluice search \"your question\""
    )
    return 0
  }

  private static func template(_ name: String) -> String {
    """
    # `sluice stages` lists what `uses` can name, `sluice stages show chunk` prints a stage's manual.
    pipeline: \(name)
    description: Documents to a searchable index, topics and insights.
    params:
      max_tokens: 250        # what the local model reads of a text at once
    stages:
      sources:   {uses: import, with: {path: "documents/**"}}
      parse:     {uses: parse, needs: sources}
      chunk:     {uses: chunk, needs: parse, with: {max_tokens: "${params.max_tokens}", overlap: 25}}
      summarize: {uses: summarize, needs: chunk}
      embed:     {uses: embed, needs: summarize}
      index:     {uses: index, needs: embed}
      cluster:   {uses: cluster, needs: embed}
      insights:  {uses: insights, needs: [cluster, index]}
    tolerate: {parse: 50%}
    guard: {max_vanish: 50%}

    """
  }
}
