"""Tables of pages by the WHATWG rule for forming a table (HTML 4.9.12), over html5lib's tree: written for the benchmark,
and not from Sluice's code, so that the two can be held against each other."""
import html5lib

SPACE = "\t\n\x0c\r \xa0"
X = "{http://www.w3.org/1999/xhtml}"
DROPPED = {"script", "style", "template", "svg", "math", "iframe", "object", "embed", "canvas", "audio", "video", "button",
           "select", "input", "textarea", "option", "img"}


def words(element):
    """The text of a cell, without white space: what is compared is what stands in it, not how it is laid out."""
    out = []

    def walk(node):
        if not isinstance(node.tag, str):
            return
        if node.tag.replace(X, "") in DROPPED:
            return
        out.append(node.text or "")
        for child in node:
            walk(child)
            out.append(child.tail or "")

    walk(element)
    # The mark that Sphinx puts behind what can be linked to is no text of the page.
    return "".join("".join(out).split()).replace("¶", "")


def number(text, default):
    digits = ""
    for c in (text or "").strip(SPACE):
        if not c.isdigit():
            break
        digits += c
    return int(digits) if digits else default


def rows_of(table):
    """Row groups in the order in which the algorithm takes them: feet last."""
    groups, feet = [], []
    for child in table:
        name = child.tag.replace(X, "") if isinstance(child.tag, str) else ""
        if name == "tr":
            groups.append(([child], False))
        elif name in ("thead", "tbody", "tfoot"):
            rows = [r for r in child if r.tag == X + "tr"]
            (feet if name == "tfoot" else groups).append((rows, name == "thead"))
    return groups + feet


def form(table):
    """{(row, column): (row span, column span, is header, text)}"""
    cells, height = {}, 0
    groups = rows_of(table)
    # A run of rows directly in the table is one group for nothing: cells of theirs do not grow beyond their row group.
    for rows, is_head in groups:
        taken = set()
        for offset, row in enumerate(rows):
            y, x = height + offset, 0
            for cell in row:
                if cell.tag not in (X + "td", X + "th"):
                    continue
                while (y, x) in taken:
                    x += 1
                width = number(cell.get("colspan"), 1)
                width = 1 if width == 0 or width > 1000 and False else min(width, 1000)
                tall = min(number(cell.get("rowspan"), 1), 65534)
                left = len(rows) - offset
                tall = left if tall == 0 else min(tall, left)
                for dy in range(tall):
                    for dx in range(width):
                        taken.add((y + dy, x + dx))
                cells[(y, x)] = (tall, width, is_head or cell.tag == X + "th", words(cell))
                x += width
        height += len(rows)
    return cells


def tables(page):
    tree = html5lib.parse(page, namespaceHTMLElements=True)
    found = []

    def walk(node):
        for child in node:
            if child.tag == X + "table":
                found.append((form(child), child.find(".//" + X + "table") is not None))
            else:
                walk(child)

    walk(tree)
    return found
