/// Topics from night to night: each keeps its id while it lives, and what became of it is written down.
package struct Lineage: Sendable, Hashable {
  /// A topic, living or dead.
  package struct Topic: Sendable, Hashable {
    package let id: String
    package var label: String
    /// The night in which it was first seen.
    package let born: Int
    /// The night in which it was not there any more.
    package var died: Int?
    /// What it split off from.
    package var from: String?
    /// What it went up in.
    package var into: String?
    package var sizes: [Size]
    /// Frozen: as it was in the last night in which it lived.
    package var centroid: [Float]

    package init(
      id: String, label: String, born: Int, died: Int? = nil, from: String? = nil, into: String? = nil,
      sizes: [Size] = [], centroid: [Float] = []
    ) {
      (self.id, self.label) = (id, label)
      (self.born, self.died, self.from, self.into) = (born, died, from, into)
      (self.sizes, self.centroid) = (sizes, centroid)
    }
  }

  /// How many chunks a topic had in a night, and how many of them had come since the last.
  package struct Size: Sendable, Hashable {
    package let night: Int
    package let size: Int
    package let came: Int

    package init(night: Int, size: Int, came: Int) {
      self.night = night
      self.size = size
      self.came = came
    }
  }

  package enum Change: String, Sendable, Codable, CaseIterable { case born, continued, split, merged, died, revived }

  /// What happened to a topic in a night.
  package struct Event: Sendable, Hashable, Codable {
    package let night: Int
    package let change: Change
    package let topic: String
    /// What it split off from, or went up in.
    package let other: String?
    /// How many of the chunks that stayed it shares with what it continues, split off from or went up in.
    package let shared: Int

    package init(night: Int, change: Change, topic: String, other: String? = nil, shared: Int = 0) {
      (self.night, self.change) = (night, change)
      (self.topic, self.other, self.shared) = (topic, other, shared)
    }
  }

  /// What a night saw.
  package struct Night: Sendable, Hashable {
    package let number: Int
    /// The date that its data had reached (`2026-11-21`), when it has dates.
    package let date: String?
    package let chunks: Int
    package let noise: Int
    package let came: Int
    package let left: Int
    package let counts: [Change: Int]

    package init(
      number: Int, date: String?, chunks: Int, noise: Int, came: Int, left: Int, counts: [Change: Int]
    ) {
      (self.number, self.date) = (number, date)
      (self.chunks, self.noise, self.came, self.left) = (chunks, noise, came, left)
      self.counts = counts
    }
  }

  package var nights: [Night]
  /// In the order of their ids.
  package var topics: [Topic]
  /// In the order in which they happened.
  package var events: [Event]
  /// See `Novelty`.
  package var noveltyThreshold: Double

  package init(nights: [Night] = [], topics: [Topic] = [], events: [Event] = [], noveltyThreshold: Double = 1) {
    self.nights = nights
    self.topics = topics
    self.events = events
    self.noveltyThreshold = noveltyThreshold
  }

  package var living: [Topic] { topics.filter { $0.died == nil } }

  package func topic(_ id: String) -> Topic? { topics.first { $0.id == id } }

  /// Numbers of a history that is long past are dropped: nights, events, dead topics, sizes before these.
  package static let memory = 400
}
