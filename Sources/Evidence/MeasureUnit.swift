/// Units of measures that change what a number says, each with what it measures and how much of that it is.
struct MeasureUnit: Equatable {
  enum Dimension: Hashable {
    case bytes, bits, time, calendar, length, mass, share, temperature, frequency, power
    case money(String)
  }

  let dimension: Dimension
  let factor: Double

  private static let known: [String: MeasureUnit] = {
    var units: [String: MeasureUnit] = [:]
    func add(_ dimension: Dimension, _ factor: Double, _ names: String) {
      for name in names.split(separator: " ") {
        units[String(name)] = MeasureUnit(dimension: dimension, factor: factor)
      }
    }
    add(.bytes, 1, "B byte bytes octet octets 字节")
    add(.bits, 1, "bit bits 比特")
    for (power, letters) in ["K k", "M", "G", "T", "P"].enumerated() {
      let (thousand, binary) = (pow(1000, power + 1), pow(1024, power + 1))
      for letter in letters.split(separator: " ") {
        add(.bytes, thousand, "\(letter)B \(letter)byte \(letter)bytes")
        add(.bits, thousand, "\(letter)bit \(letter)bits \(letter)b")
        add(.bytes, binary, "\(letter)iB \(letter)ib")
      }
    }
    for (power, name) in ["kilo", "mega", "giga", "tera", "peta"].enumerated() {
      add(.bytes, pow(1000, power + 1), "\(name)byte \(name)bytes \(name)octets")
      add(.bits, pow(1000, power + 1), "\(name)bit \(name)bits")
    }
    for (power, name) in ["kibi", "mebi", "gibi", "tebi"].enumerated() {
      add(.bytes, pow(1024, power + 1), "\(name)byte \(name)bytes")
    }
    add(.time, 1e-9, "ns nanosecond nanoseconds")
    add(.time, 1e-6, "µs μs us microsecond microseconds")
    add(.time, 1e-3, "ms millisecond milliseconds Millisekunde Millisekunden millisecondes 毫秒")
    add(.time, 1, "s sec secs second seconds Sekunde Sekunden seconde secondes 秒 秒钟")
    add(.time, 60, "min mins minute minutes Minute Minuten 分钟 分鐘")
    add(.time, 3600, "h hr hrs hour hours Stunde Stunden heure heures 小时 小時 钟头")
    add(.time, 86400, "day days Tag Tage Tagen jour jours 天")
    add(.time, 604_800, "week weeks Woche Wochen semaine semaines 周 星期")
    add(.calendar, 1, "month months Monat Monate Monaten mois 个月 個月")
    add(.calendar, 12, "year years Jahr Jahre Jahren ans année années")
    add(.length, 1e-3, "mm millimetre millimetres millimeter millimeters 毫米")
    add(.length, 1e-2, "cm centimetre centimetres centimeter centimeters Zentimeter 厘米")
    add(.length, 1, "m metre metres meter meters Meter Metern mètre mètres 米")
    add(.length, 1000, "km kilometre kilometres kilometer kilometers Kilometer kilomètres 公里 千米")
    add(.length, 0.0254, "inch inches Zoll")
    add(.length, 0.3048, "ft foot feet")
    add(.length, 1609.344, "mile miles mi Meilen")
    add(.mass, 1e-6, "mg milligram milligrams")
    add(.mass, 1e-3, "g gram grams Gramm grammes 克")
    add(.mass, 1, "kg kilogram kilograms Kilogramm kilogrammes 公斤 千克")
    add(.mass, 1000, "t tonne tonnes Tonne Tonnen 吨")
    add(.share, 0.01, "% percent Prozent pourcent 百分点")
    add(.share, 0.001, "‰")
    add(.temperature, 1, "°C ℃")
    add(.temperature, 1.000001, "°F ℉")
    add(.frequency, 1, "Hz")
    add(.frequency, 1e3, "kHz")
    add(.frequency, 1e6, "MHz")
    add(.frequency, 1e9, "GHz")
    add(.power, 1, "W watt watts Watt")
    add(.power, 1e3, "kW")
    add(.power, 1e6, "MW")
    add(.money("$"), 1, "$ USD dollar dollars Dollar")
    add(.money("€"), 1, "€ EUR euro euros Euro 欧元")
    add(.money("£"), 1, "£ GBP pound pounds Pfund")
    add(.money("¥"), 1, "¥ JPY CNY RMB yen yuan 元")
    return units
  }()

  /// The Chinese ones, the longest first: no space parts them from what follows.
  private static let chinese = known.keys.filter { $0.unicodeScalars.allSatisfy { $0.value > 0x2E80 } }.sorted {
    $0.count > $1.count
  }

  private static func pow(_ base: Double, _ exponent: Int) -> Double {
    (0..<exponent).reduce(1.0) { value, _ in value * base }
  }

  /// The unit that a word is: symbols as they are written, words also with a capital.
  static func named(_ word: String) -> MeasureUnit? {
    known[word] ?? (word.count > 3 ? known[word.lowercased()] : nil)
  }

  static func beginning(_ text: Substring) -> MeasureUnit? {
    chinese.first { text.hasPrefix($0) }.flatMap { known[$0] }
  }
}
