"""Holds what a reader found against what was set."""
import collections
import re
import unicodedata

from words import UNSPACED


def plain(text):
    """Letters and digits only, so that hyphens, spaces and ligatures do not count."""
    return re.sub(r"\W|_", "", unicodedata.normalize("NFKC", text).lower())


def bare(text):
    """A heading without the number that its typesetter gave it."""
    return re.sub(r"^\s*(?:[0-9]+(?:\.[0-9]+)*|[IVXLC]+|[A-Za-z])[.)]?\s+(?=\S)", "", text)


def unlabelled(caption):
    """A caption without what its typesetter calls it and how it counts: `Tabelle 1 –`, `TABLE IV`."""
    return re.sub(r"^\s*\w+\.?\s+(?:\d+|[IVXLC]+)\b\s*[:.–—-]?\s*", "", caption)


def f1(found, wanted):
    """Of two multisets; `None` where nothing is wanted and nothing found."""
    if not found and not wanted:
        return None
    hits = sum((collections.Counter(found) & collections.Counter(wanted)).values())
    return 2 * hits / (sum(collections.Counter(found).values()) + sum(collections.Counter(wanted).values()))


def relations(cells):
    """Nearest neighbours that are not blank, to the right and below (as in the ICDAR 2013 competition)."""
    cells = [c for c in cells if plain(c[4]) or c[4].strip()]
    grid = {(r, k): i for i, c in enumerate(cells) for r in range(c[0], c[1] + 1) for k in range(c[2], c[3] + 1)}
    if not grid:
        return collections.Counter()
    bottom, right, found = max(r for r, _ in grid), max(k for _, k in grid), set()
    for (r, k), i in grid.items():
        for column in range(k + 1, right + 1):
            if (r, column) in grid:
                if grid[r, column] != i:
                    found.add((i, grid[r, column], "h"))
                break
        for row in range(r + 1, bottom + 1):
            if (row, k) in grid:
                if grid[row, k] != i:
                    found.add((i, grid[row, k], "v"))
                break
    name = lambda text: plain(text) or re.sub(r"\s", "", text)
    return collections.Counter((name(cells[i][4]), name(cells[j][4]), d) for i, j, d in found)


def cells_of(rows):
    cells, taken = [], set()
    for r, row in enumerate(rows):
        column = 0
        for text, rows_, columns in row:
            while (r, column) in taken:
                column += 1
            cells.append((r, r + rows_ - 1, column, column + columns - 1, text))
            taken |= {(r + i, column + k) for i in range(rows_) for k in range(columns)}
            column += columns
    return cells


def words(text, language):
    text = unicodedata.normalize("NFKC", text).lower()
    if language in UNSPACED:
        return [c for c in text if c.isalnum()]
    # A word that was broken at the end of a line is whole again for a good reader: pieces are compared without hyphens.
    return [w for w in (plain(w) for w in re.sub(r"[-\u2010\u00ad]", "", text).split()) if w]


def grams(list_, n=5):
    return collections.Counter(tuple(list_[i:i + n]) for i in range(len(list_) - n + 1))


class Truth:
    def __init__(self, data):
        self.language = data["language"]
        blocks = data["blocks"]
        numbered = data["numbered"]
        self.headings = [(b["level"], b["text"], f"{b['number']} {b['text']}" if numbered and b["number"] else b["text"]) for b in blocks if b["kind"] == "heading"]
        self.title = next(b["text"] for b in blocks if b["kind"] == "title")
        self.items = [plain(text) for b in blocks if b["kind"] == "list" for _, text in b["items"]]
        self.captions = [plain(unlabelled(b["caption"])) for b in blocks if b["caption"]]
        self.tables = sum((relations(cells_of(b["rows"])) for b in blocks if b["kind"] == "table"), collections.Counter())
        # One flow: what stands beside it (boxes, notes) and what has no order of its own (tables) is left out.
        self.flow = grams([w for b in blocks if b["kind"] in ("heading", "text", "list") for w in words(
            " ".join(t for _, t in b["items"]) if b["kind"] == "list" else b["text"], self.language)])
        self.prose = [" ".join(words(b["text"], self.language)) for b in blocks if b["kind"] == "text"]


class Found:
    """headings: (level, text); items, captions: texts; tables: lists of cells; text: everything in its order, without tables."""

    def __init__(self, headings, items, captions, tables, text):
        self.headings, self.items, self.captions, self.tables, self.text = headings, items, captions, tables, text


def order(truth, headings):
    """The share of pairs of found headings whose levels stand as they should."""
    wanted = {}
    for level, text, whole in truth.headings:
        wanted[plain(text)] = wanted[plain(whole)] = level
    names = [(level, plain(text) if plain(text) in wanted else plain(bare(text))) for level, text in headings]
    levels = [(level, wanted[name]) for level, name in names if name in wanted]
    right = total = 0
    sign = lambda x: (x > 0) - (x < 0)
    for i in range(len(levels)):
        for j in range(i + 1, min(i + 40, len(levels))):
            total += 1
            right += sign(levels[i][0] - levels[j][0]) == sign(levels[i][1] - levels[j][1])
    return right / total if total else None


MARKS = re.compile(r"^\s*(?:[-–—•◦▪‣∗*·]|\(?(?:[0-9]+|[a-z]|[ivxlc]+)[.)])\s*")


def score(truth, found):
    """The figures by name; `None` where there is nothing to judge."""
    wanted = [plain(text) for _, text, _ in truth.headings]
    heads = [plain(t) if plain(t) in wanted else plain(bare(t)) for _, t in found.headings if plain(t) != plain(truth.title)]
    tables = sum((relations(t) for t in found.tables), collections.Counter())
    text = grams(words(found.text, truth.language))
    hits = sum((text & truth.flow).values())
    items = [plain(MARKS.sub("", i)) for i in found.items]
    return {"headings": f1(heads, wanted), "levels": order(truth, found.headings), "order": hits / max(1, sum(truth.flow.values())),
            "tables": f1(tables, truth.tables), "lists": f1(items, truth.items), "captions": f1([plain(unlabelled(c)) for c in found.captions], truth.captions),
            "prose in tables": 1.0 if any(sum(len(c[4]) for c in t) > 600 and max(len(c[4]) for c in t) > 200 for t in found.tables) and not truth.tables else 0.0}
