import CQPDF
import Foundations

/// Collects the rules of a page from its content streams (ISO 32000-1, 8.5 and 9.4): what `m l h re` build and
/// `S f B` and their kin paint, in the page's own content and in its forms. Clips and colours only matter as far
/// as white on white is nothing.
struct PDFDrawing {
  private(set) var rules: [PDFRule] = []
  /// Points of slanted lines and curves.
  private(set) var strokes: [(x: Double, y: Double)] = []
  /// Small filled shapes, about as wide as high: bullets that are drawn.
  private(set) var dots: [PageBox] = []
  private var hasImage = false
  /// Whether the page shows an image, or much else than text.
  var drawsSomething: Bool { hasImage || strokes.count > 40 }
  /// Too much was drawn to be a table: a map, a plot.
  private(set) var isExcessive = false

  private static let mostRules = 6000
  private static let mostDots = 2000
  private static let mostOperators = 3_000_000
  private static let mostStoredBytes = 1_000_000

  private struct State {
    var matrix: Matrix
    var width = 1.0
    var fillIsWhite = false
    var strokeIsWhite = false
    /// What the form that is drawn reaches over on the page.
    var form: PageBox?
  }

  struct Matrix {
    var a = 1.0, b = 0.0, c = 0.0, d = 1.0, e = 0.0, f = 0.0

    func apply(_ x: Double, _ y: Double) -> (x: Double, y: Double) { (a * x + c * y + e, b * x + d * y + f) }

    /// First `self`, then `next`.
    func then(_ next: Matrix) -> Matrix {
      Matrix(
        a: a * next.a + b * next.c, b: a * next.b + b * next.d, c: c * next.a + d * next.c,
        d: c * next.b + d * next.d, e: e * next.a + f * next.c + next.e, f: e * next.b + f * next.d + next.f)
    }
  }

  private var state: State
  private var stack: [State] = []
  /// The path so far: points of lines, and rectangles as four corners.
  private var lines: [(from: (x: Double, y: Double), to: (x: Double, y: Double))] = []
  private var boxes: [(left: Double, top: Double, right: Double, bottom: Double)] = []
  /// What the path reaches over, with its curves.
  private var reach: PageBox?
  private var point = (x: 0.0, y: 0.0)
  private var start = (x: 0.0, y: 0.0)
  private var operators = 0

  /// Reads page `index` (from 0).
  init(_ objects: PDFObjects, page index: Int) {
    defer { objects.release() }
    let page = objects.page(index)
    state = State(matrix: Self.frame(page))
    guard !page.isNull else { return }
    let contents = page["/Contents"]
    // Looked up only when a form is drawn.
    let resources = { page.inherited("/Resources") }
    if contents.isStream {
      run(contents, resources, 0)
    } else {
      var bytes: [UInt8] = []
      for part in 0..<min(contents.count, 1000) {
        contents[part].withData(most: Self.mostStoredBytes) {
          // Operators may go over from one part to the next.
          if bytes.count < 50_000_000 { bytes.append(contentsOf: $0) }
        }
        bytes.append(0x0A)
      }
      bytes.withUnsafeBufferPointer { run($0, resources, 0) }
    }
    if rules.count >= Self.mostRules || operators >= Self.mostOperators { isExcessive = true }
  }

  /// From the page's own coordinates to points from the upper left corner as it is shown.
  static func frame(_ page: PDFObjects.Object) -> Matrix {
    let media = page.inherited("/MediaBox").numbers
    var box = media.count == 4 ? media : [0, 0, 612, 792]
    let crop = page.inherited("/CropBox").numbers
    if crop.count == 4, crop[0] != crop[2], crop[1] != crop[3] {
      box = [
        max(min(box[0], box[2]), min(crop[0], crop[2])), max(min(box[1], box[3]), min(crop[1], crop[3])),
        min(max(box[0], box[2]), max(crop[0], crop[2])), min(max(box[1], box[3]), max(crop[1], crop[3])),
      ]
    }
    let (left, bottom, right, top) = (
      min(box[0], box[2]), min(box[1], box[3]), max(box[0], box[2]), max(box[1], box[3])
    )
    let turn = Int(clamping: page.inherited("/Rotate").number ?? 0)
    switch ((turn % 360) + 360) % 360 {
    case 90: return Matrix(a: 0, b: 1, c: 1, d: 0, e: -bottom, f: -left)
    case 180: return Matrix(a: -1, b: 0, c: 0, d: 1, e: right, f: -bottom)
    case 270: return Matrix(a: 0, b: -1, c: -1, d: 0, e: top, f: right)
    default: return Matrix(a: 1, b: 0, c: 0, d: -1, e: -left, f: top)
    }
  }

  private mutating func run(_ stream: PDFObjects.Object, _ resources: () -> PDFObjects.Object, _ depth: Int) {
    var copy = self
    withoutActuallyEscaping(resources) { resources in
      stream.withData(most: Self.mostStoredBytes) { copy.run($0, resources, depth) }
    }
    self = copy
  }

  // MARK: Operators

  private mutating func run(_ bytes: UnsafeBufferPointer<UInt8>, _ resources: () -> PDFObjects.Object, _ depth: Int) {
    var scanner = PDFContentScanner(bytes)
    let bottom = stack.count
    while operators < Self.mostOperators, rules.count < Self.mostRules, let name = scanner.nextOperator() {
      operators += 1
      carryOut(name, &scanner, resources, depth, bottom)
    }
    if stack.count > bottom { stack.removeSubrange(bottom...) }
  }

  private mutating func carryOut(
    _ name: UInt32, _ scanner: inout PDFContentScanner, _ resources: () -> PDFObjects.Object, _ depth: Int,
    _ bottom: Int
  ) {
    let n = scanner.numberCount
    func operand(_ index: Int) -> Double { scanner.number(index, of: n) }
    if extendPath(name, n, operand) || paintPath(name) || changeState(name, n, operand, bottom) { return }
    switch name {
    case PDFContentScanner.name("BI"): hasImage = true
    case PDFContentScanner.name("sh"): addShading()
    case PDFContentScanner.name("Do"):
      // Frames of form fields are no ruling lines.
      if depth < 8, let form = scanner.lastName, !form.hasPrefix(CQPDF_ANNOTATION) {
        draw(resources()["/XObject"]["/" + form], resources, depth)
      }
    default: break
    }
  }

  /// Operators that make the path (ISO 32000-2, 8.5.2). Returns whether it was one, as the others.
  private mutating func extendPath(_ name: UInt32, _ n: Int, _ operand: (Int) -> Double) -> Bool {
    switch name {
    case PDFContentScanner.name("m") where n >= 2:
      point = (operand(n - 2), operand(n - 1))
      start = point
      extendReach(point)
    case PDFContentScanner.name("l") where n >= 2:
      let next = (x: operand(n - 2), y: operand(n - 1))
      addLine(point, next)
      point = next
    case PDFContentScanner.name("c") where n >= 6, PDFContentScanner.name("v") where n >= 4,
      PDFContentScanner.name("y") where n >= 4:
      point = (operand(n - 2), operand(n - 1))
      extendReach(point)
      addStroke(state.matrix.apply(point.x, point.y))
    case PDFContentScanner.name("h"):
      addLine(point, start)
      point = start
    case PDFContentScanner.name("re") where n >= 4:
      let (x, y) = (operand(n - 4), operand(n - 3))
      addBox(x, y, x + operand(n - 2), y + operand(n - 1))
      point = (x, y)
      start = point
    default: return false
    }
    return true
  }

  /// Operators that paint the path (8.5.3).
  private mutating func paintPath(_ name: UInt32) -> Bool {
    switch name {
    case PDFContentScanner.name("S"): paint(stroke: true, fill: false)
    case PDFContentScanner.name("s"):
      addLine(point, start)
      paint(stroke: true, fill: false)
    case PDFContentScanner.name("f"), PDFContentScanner.name("F"), PDFContentScanner.name("f*"):
      paint(stroke: false, fill: true)
    case PDFContentScanner.name("B"), PDFContentScanner.name("B*"), PDFContentScanner.name("b"),
      PDFContentScanner.name("b*"):
      paint(stroke: true, fill: true)
    case PDFContentScanner.name("n"): clearPath()
    default: return false
    }
    return true
  }

  /// Operators that change how things are painted: the graphics state (8.4.4) and colours (8.6.8).
  private mutating func changeState(_ name: UInt32, _ n: Int, _ operand: (Int) -> Double, _ bottom: Int) -> Bool {
    func areLight(_ count: Int) -> Bool { (n - count..<n).allSatisfy { operand($0) > 0.98 } }
    /// Of CMYK, where ink darkens.
    func areWithoutInk() -> Bool { (n - 4..<n).allSatisfy { operand($0) < 0.02 } }
    func isWhite() -> Bool { n == 4 ? areWithoutInk() : n > 1 && areLight(n) }
    switch name {
    case PDFContentScanner.name("q"): if stack.count < 500 { stack.append(state) }
    case PDFContentScanner.name("Q"): if stack.count > bottom, let last = stack.popLast() { state = last }
    case PDFContentScanner.name("cm") where n >= 6:
      let own = Matrix(
        a: operand(n - 6), b: operand(n - 5), c: operand(n - 4), d: operand(n - 3), e: operand(n - 2), f: operand(n - 1)
      )
      state.matrix = own.then(state.matrix)
    case PDFContentScanner.name("w") where n >= 1: state.width = operand(n - 1)
    case PDFContentScanner.name("g") where n >= 1: state.fillIsWhite = areLight(1)
    case PDFContentScanner.name("G") where n >= 1: state.strokeIsWhite = areLight(1)
    case PDFContentScanner.name("rg") where n >= 3: state.fillIsWhite = areLight(3)
    case PDFContentScanner.name("RG") where n >= 3: state.strokeIsWhite = areLight(3)
    case PDFContentScanner.name("k") where n >= 4: state.fillIsWhite = areWithoutInk()
    case PDFContentScanner.name("K") where n >= 4: state.strokeIsWhite = areWithoutInk()
    case PDFContentScanner.name("sc"), PDFContentScanner.name("scn"): state.fillIsWhite = isWhite()
    case PDFContentScanner.name("SC"), PDFContentScanner.name("SCN"): state.strokeIsWhite = isWhite()
    default: return false
    }
    return true
  }

  private mutating func draw(_ form: PDFObjects.Object, _ resources: () -> PDFObjects.Object, _ depth: Int) {
    guard form.isStream else { return }
    guard form["/Subtype"].isName("/Form") else {
      hasImage = true
      return
    }
    let outer = state
    let numbers = form["/Matrix"].numbers
    if numbers.count == 6 {
      let own = Matrix(a: numbers[0], b: numbers[1], c: numbers[2], d: numbers[3], e: numbers[4], f: numbers[5])
      state.matrix = own.then(state.matrix)
    }
    let box = form["/BBox"].numbers
    if box.count == 4 {
      let (one, other) = (state.matrix.apply(box[0], box[1]), state.matrix.apply(box[2], box[3]))
      state.form = PageBox(
        left: min(one.x, other.x), top: min(one.y, other.y), right: max(one.x, other.x), bottom: max(one.y, other.y))
    }
    let inner = form["/Resources"]
    run(form, inner.isNull ? resources : { inner }, depth + 1)
    state = outer
    clearPath()
  }

  // MARK: Paths

  private mutating func clearPath() {
    reach = nil
    lines.removeAll(keepingCapacity: true)
    boxes.removeAll(keepingCapacity: true)
  }

  private mutating func extendReach(_ to: (x: Double, y: Double)) {
    let (x, y) = state.matrix.apply(to.x, to.y)
    reach = PageBox(
      left: min(reach?.left ?? x, x), top: min(reach?.top ?? y, y), right: max(reach?.right ?? x, x),
      bottom: max(reach?.bottom ?? y, y))
  }

  /// A path that was painted and is no larger than a letter.
  private mutating func addDot() {
    let small =
      boxes.count == 1
      ? PageBox(left: boxes[0].left, top: boxes[0].top, right: boxes[0].right, bottom: boxes[0].bottom) : reach
    guard let small, boxes.count <= 1, dots.count < Self.mostDots, small.width >= 1.2, small.width <= 9,
      small.height >= 0.7 * small.width, small.height <= 1.4 * small.width
    else { return }
    dots.append(small)
  }

  /// A form that is filled with a shading and no larger than a letter: the balls of beamer's lists.
  private mutating func addShading() {
    guard let form = state.form else { return }
    (reach, boxes) = (form, [])
    addDot()
    clearPath()
  }

  private mutating func addLine(_ from: (x: Double, y: Double), _ to: (x: Double, y: Double)) {
    guard lines.count < 20_000 else { return }
    let (one, other) = (state.matrix.apply(from.x, from.y), state.matrix.apply(to.x, to.y))
    lines.append((one, other))
    extendReach(to)
    if abs(one.x - other.x) > 1 && abs(one.y - other.y) > 1 {
      addStroke(one)
      addStroke(other)
    }
  }

  private mutating func addStroke(_ at: (x: Double, y: Double)) {
    if strokes.count < 4000, at.x.isFinite, at.y.isFinite { strokes.append(at) }
  }

  private mutating func addBox(_ x0: Double, _ y0: Double, _ x1: Double, _ y1: Double) {
    let (one, other) = (state.matrix.apply(x0, y0), state.matrix.apply(x1, y1))
    guard boxes.count < 20_000,
      abs(state.matrix.b) + abs(state.matrix.c) < 1e-3 || abs(state.matrix.a) + abs(state.matrix.d) < 1e-3
    else { return }
    boxes.append((min(one.x, other.x), min(one.y, other.y), max(one.x, other.x), max(one.y, other.y)))
  }

  private mutating func paint(stroke: Bool, fill: Bool) {
    defer { clearPath() }
    let strokes = stroke && !state.strokeIsWhite
    let fills = fill && !state.fillIsWhite
    guard strokes || fills else { return }
    addDot()
    if fills && !strokes { outlines() }
    if strokes { for line in lines { add(line.from, line.to, isEdge: false) } }
    for box in boxes {
      let (width, height) = (box.right - box.left, box.bottom - box.top)
      guard width.isFinite, height.isFinite, max(width, height) > 2 else { continue }
      if min(width, height) <= 3 {
        if width >= height {
          addRule(true, (box.top + box.bottom) / 2, box.left, box.right, false)
        } else {
          addRule(false, (box.left + box.right) / 2, box.top, box.bottom, false)
        }
      } else {
        let isEdge = !strokes
        addRule(true, box.top, box.left, box.right, isEdge)
        addRule(true, box.bottom, box.left, box.right, isEdge)
        addRule(false, box.left, box.top, box.bottom, isEdge)
        addRule(false, box.right, box.top, box.bottom, isEdge)
      }
    }
  }

  /// Filled paths of level and upright lines are boxes, too.
  private mutating func outlines() {
    guard !lines.isEmpty, lines.count <= 8 else { return }
    let points = lines.flatMap { [$0.from, $0.to] }
    let slanted = lines.filter { abs($0.from.x - $0.to.x) >= 0.1 && abs($0.from.y - $0.to.y) >= 0.1 }
    // Browsers cut the ends of borders aslant.
    guard slanted.allSatisfy({ max(abs($0.from.x - $0.to.x), abs($0.from.y - $0.to.y)) <= 3 }), let first = points.first
    else { return }
    let box = points.reduce((left: first.x, top: first.y, right: first.x, bottom: first.y)) {
      (min($0.left, $1.x), min($0.top, $1.y), max($0.right, $1.x), max($0.bottom, $1.y))
    }
    guard slanted.isEmpty || min(box.right - box.left, box.bottom - box.top) <= 3 else { return }
    boxes.append(box)
  }

  private mutating func add(_ from: (x: Double, y: Double), _ to: (x: Double, y: Double), isEdge: Bool) {
    let (dx, dy) = (abs(from.x - to.x), abs(from.y - to.y))
    if dy < 0.5 && dx > 2 {
      addRule(true, (from.y + to.y) / 2, min(from.x, to.x), max(from.x, to.x), isEdge)
    } else if dx < 0.5 && dy > 2 {
      addRule(false, (from.x + to.x) / 2, min(from.y, to.y), max(from.y, to.y), isEdge)
    }
  }

  private mutating func addRule(_ isLevel: Bool, _ at: Double, _ from: Double, _ to: Double, _ isEdge: Bool) {
    guard at.isFinite, from.isFinite, to.isFinite, abs(at) < 20_000, abs(from) < 20_000, abs(to) < 20_000 else {
      return
    }
    rules.append(PDFRule(isLevel: isLevel, at: at, from: from, to: to, isEdge: isEdge))
  }
}
