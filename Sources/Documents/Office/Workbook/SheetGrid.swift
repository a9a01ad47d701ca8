import Formats
import Foundations

/// The tables that the cells of one sheet form.
struct SheetGrid {
  typealias Place = SheetCells.Place
  private let cells: SheetCells

  var count: Int { cells.values.count }

  init(_ cells: SheetCells) { self.cells = cells }

  /// Rows of cells without an empty row between them are a table, and so are columns without empty ones between them;
  /// a table of a single cell a row is text.
  var elements: [DocumentElement] {
    elements(of: cells.values.keys.sorted { ($0.row, $0.column) < ($1.row, $1.column) })
  }

  /// - Parameter places: in the order of reading.
  private func elements(of places: [Place]) -> [DocumentElement] {
    bands(places).flatMap { band -> [DocumentElement] in
      let sides = sides(band)
      return sides.count > 1 ? sides.flatMap { elements(of: $0) } : element(band)
    }
  }

  /// Parted at empty rows.
  private func bands(_ places: [Place]) -> [[Place]] {
    var bands: [[Place]] = []
    // Up to which row something stands, spans counted.
    var end = -1
    for place in places {
      if place.row > end + 1 || bands.isEmpty { bands.append([]) }
      bands[bands.count - 1].append(place)
      end = max(end, place.row + (cells.spans[place]?.rows ?? 1) - 1)
    }
    return bands
  }

  /// Parted at empty columns, where what stands on both sides is a table by itself.
  private func sides(_ places: [Place]) -> [[Place]] {
    var filled: Set<Int> = []
    for place in places {
      for column in place.column..<(place.column + min(16_384, cells.spans[place]?.columns ?? 1)) {
        filled.insert(column)
      }
    }
    var groups: [ClosedRange<Int>] = []
    for column in filled.sorted() {
      if let last = groups.last, column == last.upperBound + 1 {
        groups[groups.count - 1] = last.lowerBound...column
      } else {
        groups.append(column...column)
      }
    }
    guard groups.count > 1 else { return [places] }
    let sides = groups.map { group in places.filter { group.contains($0.column) } }
    // A column apart belongs to what stands beside it; so do rows that both sides share without a header of their own.
    let areTables = zip(groups, sides).allSatisfy { group, side in
      group.count > 1 && Set(side.map(\.row)).count > 1 && hasHeader(side, group.count)
    }
    return areTables ? sides : [places]
  }

  private func hasHeader(_ places: [Place], _ columns: Int) -> Bool {
    guard let top = places.map(\.row).min() else { return false }
    let first = places.filter { $0.row == top }.compactMap { cells.values[$0] }
    // A line of its own above a table is what it is called.
    if first.count == 1, columns > 1 { return first[0].isText }
    return first.count * 2 > columns && first.allSatisfy(\.isText)
  }

  private func element(_ places: [Place]) -> [DocumentElement] {
    var rows = Dictionary(grouping: places, by: \.row)
    var region = rows.keys.sorted()
    guard let first = region.first, let last = region.last else { return [] }
    if region.allSatisfy({ rows[$0]?.count == 1 }) {
      return places.compactMap { place in
        cells.values[place].map { DocumentElement(.text, $0.text, links: links([place])) }
      }
    }
    // A line of its own above the table is what it is called.
    var captions: [DocumentElement] = []
    while region.count > 2, let only = rows[region[0]], only.count == 1, let value = cells.values[only[0]], value.isText
    {
      captions.append(DocumentElement(.caption, value.text, links: links(only)))
      rows[region[0]] = nil
      region.removeFirst()
    }
    let top = region.first ?? first
    let inTable = places.filter { $0.row >= top }
    let columns = Set(inTable.map(\.column)).sorted()
    let number = Dictionary(uniqueKeysWithValues: columns.enumerated().map { ($1, $0) })
    let header = (rows[top] ?? []).compactMap { cells.values[$0] }
    let hasHeader = region.count > 1 && header.count * 2 > columns.count && header.allSatisfy(\.isText)
    var table: [DocumentTable.Cell] = []
    for place in inTable {
      guard let value = cells.values[place], let column = number[place.column] else { continue }
      let span = cells.spans[place] ?? (1, 1)
      let width = span.columns == 1 ? 1 : columns.count { $0 >= place.column && $0 < place.column + span.columns }
      table.append(
        DocumentTable.Cell(
          row: place.row - top, column: column, rowSpan: min(span.rows, last - place.row + 1),
          columnSpan: max(1, width),
          isHeader: hasHeader && place.row == top, text: value.text))
    }
    return captions + [DocumentElement(.table, "", table: DocumentTable(cells: table), links: links(inTable))]
  }

  private func links(_ places: [Place]) -> [DocumentLink] {
    guard !cells.links.isEmpty else { return [] }
    return places.compactMap { place in
      cells.links[place].map { DocumentLink(text: cells.values[place]?.text ?? "", url: $0) }
    }
  }
}
