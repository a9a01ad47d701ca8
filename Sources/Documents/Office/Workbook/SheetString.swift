import Foundations

/// The text of a string of several runs, without its phonetic reading.
struct SheetString {
  private var words = ScriptedText()
  private var script: WordScript?
  private var isText = false
  private var isPhonetic = false

  mutating func open(_ name: String, _ attribute: (String) -> String?) {
    switch name {
    case "rPh": isPhonetic = true
    case "r": script = nil
    case "vertAlign": script = WordScript(attribute("val"))
    case "t": isText = !isPhonetic
    default: break
    }
  }

  mutating func close(_ name: String) {
    switch name {
    case "rPh": isPhonetic = false
    case "r": script = nil
    case "t": isText = false
    default: break
    }
  }

  mutating func add(_ text: String) {
    guard isText else { return }
    let role: ScriptText.Role? =
      switch script {
      case .raised: .raised
      case .lowered: .lowered
      case .level, nil: nil
      }
    words.append(text, role)
  }

  mutating func take() -> String {
    let text = words.text
    self = SheetString()
    return SheetText.plain(text)
  }
}
