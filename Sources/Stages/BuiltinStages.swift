import StageKit

/// The stage kinds that are part of Sluice, by the name that stage definitions give as `kind`.
package enum BuiltinStages {
  /// All of them.
  package static let registry = StageRegistry(
    [
      "analyze": { .collection(try AnalyzeStage($0)) },
      "chunk": { .item(try ChunkStage($0)) },
      "cluster": { .collection(try ClusterStage($0, labeler: ModelLabeler.make($0))) },
      "command": CommandStage.make,
      "crawl": { .source(try ListingStage($0, .crawl)) },
      "embed": { .item(try EmbedStage($0)) },
      "feed": { .source(try ListingStage($0, .feed)) },
      "fetch": { .item(try FetchStage($0)) },
      "filter": { .item(try FilterStage($0)) },
      "import": { .source(try ImportStage($0)) },
      "index": { .collection(try IndexStage($0)) },
      "insights": { .collection(try InsightsStage($0)) },
      "parse": { .item(try ParseStage($0)) },
      "sitemap": { .source(try ListingStage($0, .sitemap)) },
      "summarize": { .item(try SummarizeStage($0)) },
    ],
    exporters: [
      ChunkLinesExporter(fileName: PublishedFile.chunks), VectorsExporter(), BodyExporter(),
      ItemFilesExporter(naming: .byID), ItemFilesExporter(naming: .asMade),
    ], gateProgram: CommandGate.run)
}
