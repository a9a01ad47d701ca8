import Foundations
import Models
import StageKit
import Store
import Synchronization

/// Embeds batches of chunks and keeps the vectors as objects.
final class EmbedWorker: ItemWorker {
  private let embedder: any TextEmbedder
  private let batch: Int
  private let context: StageContext

  private struct Tally {
    var texts = 0
    var truncated = 0
    var droppedTokens = 0
  }

  init(embedder: any TextEmbedder, batch: Int, context: StageContext) {
    self.embedder = embedder
    self.batch = batch
    self.context = context
  }

  func run(_ feed: any ItemFeed) throws {
    var tally = Tally()
    while true {
      let items = feed.next(max: batch, waiting: true)
      if items.isEmpty { break }
      try embed(items, feed, &tally)
    }
    if tally.truncated > 0 {
      context.log(
        .warning,
        "\(tally.truncated) of \(tally.texts) texts are longer than \(embedder.passport.model) reads: "
          + "\(tally.droppedTokens) tokens at their ends did not count; a smaller max_tokens in the chunk stage avoids that"
      )
    }
  }

  private func embed(_ items: [WorkItem], _ feed: any ItemFeed, _ tally: inout Tally) throws {
    var wanted: [WorkItem] = []
    var texts: [String] = []
    for item in items {
      guard let text = try Chunk(item.item).text, !text.unicodeScalars.allSatisfy(\.properties.isWhitespace) else {
        feed.report(
          item, .failed(ItemFailure(kind: "empty_text", message: "there is no text to embed")))
        continue
      }
      wanted.append(item)
      texts.append(text)
    }
    // In portions of one request: what was paid for is reported before the next one is asked for, and may fail.
    var start = 0
    while start < wanted.count {
      let end = start + min(wanted.count - start, max(1, embedder.requestSize))
      try embed(wanted[start..<end], texts[start..<end], feed, &tally)
      start = end
    }
  }

  private func embed(
    _ wanted: ArraySlice<WorkItem>, _ texts: ArraySlice<String>, _ feed: any ItemFeed, _ tally: inout Tally
  ) throws {
    let outcomes = try embedder.embed(Array(texts))
    // After the first answer, as a server's model says its width only then.
    let passport = embedder.passport
    let space = try context.objects.put(passport.members.canonicalBytes)
    for (item, outcome) in zip(wanted, outcomes) {
      switch outcome {
      case .failed(let failure):
        feed.report(item, .failed(ItemFailure(kind: failure.kind, message: failure.message)))
      case .vector(let text):
        tally.texts += 1
        var record = ChunkVector()
        record.vector = try context.objects.put(text.bytes).description
        record.model = passport.model
        record.dimensions = text.values.count
        record.space = space.description
        if text.droppedTokens > 0 {
          tally.truncated += 1
          tally.droppedTokens += text.droppedTokens
          record.droppedTokens = text.droppedTokens
        }
        feed.report(item, .done([ItemOutput(id: .same, members: record.members, inherits: true)]))
      }
    }
  }
}
