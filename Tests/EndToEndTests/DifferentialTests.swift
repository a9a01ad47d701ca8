import Foundations
import TestSupport
import Testing

/// Random histories of a world with everything in it, held against runs from nothing (Tests/Fixtures/worlds).
@Suite struct DifferentialTests {
  /// All in all; `SLUICE_DIFFERENTIAL=2000` for more, `SLUICE_SEED=7` to have one again.
  private static let steps = Environment["SLUICE_DIFFERENTIAL"].flatMap(Int.init) ?? 150
  private static let seeds =
    Environment["SLUICE_SEED"].flatMap(Int.init).map { [$0] } ?? [
      Int.random(in: 0..<1_000_000), Int.random(in: 0..<1_000_000),
    ]

  @Test(.timeLimit(.minutes(60)), arguments: seeds) func noByteDiffersFromARunFromNothing(_ seed: Int) throws {
    let world = try World()
    let steps = Self.steps / Self.seeds.count
    print("differential: seed \(seed), \(steps) steps (SLUICE_SEED=\(seed) SLUICE_DIFFERENTIAL=\(steps) for it again)")
    let run = try ProgramRun.run(
      [
        "python3", ProjectFiles.fixture("worlds/differential.py"), BuiltProgram.path, "\(seed)", "\(steps)",
        world.directory,
      ],
      in: world.directory, timeout: 3600)
    #expect(run.exitCode == 0, "\(run.output)\n\(run.errors)")
    #expect(run.output.contains("\(seed): \(steps) steps, 0 faults"), "\(run.output)\n\(run.errors)")
  }
}
