"""A document before anybody set it: blocks in reading order. That is the truth that readers are held against."""
import dataclasses
import random
from dataclasses import dataclass, field

from words import Author, RIGHT_TO_LEFT


@dataclass
class Block:
    """kind: title, heading, text, list, table, code, figure, aside (a box beside the text), note (below the page),
    definition (a term and what is said of it)."""
    kind: str
    text: str = ""
    level: int = 0
    number: str = ""
    items: list = field(default_factory=list)      # of a list: (depth, text)
    ordered: bool = False
    rows: list = field(default_factory=list)       # of a table: rows of (text, row span, column span)
    header: int = 1
    caption: str = ""
    lines: list = field(default_factory=list)      # of code
    mark: str = ""                                 # of a note


@dataclass
class Layout:
    """How it is set. Makers do what they can of it; what they cannot is not in their list of layouts."""
    columns: int = 1
    paper: str = "a4"
    size: float = 10.5
    family: str = "serif"
    headings: str = "large"      # large, bold (of body size), small-caps, run-in, colour
    numbered: bool = True
    running: bool = True
    justified: bool = True
    tables: str = "ruled"        # ruled, booktabs, horizontal, none, colour, mono
    aside: bool = False
    drop: bool = False
    leaders: bool = False        # a page of contents with dot leaders
    language: str = "en"
    code: bool = True
    indent: bool = True
    rows: tuple = (4, 14)        # of a table
    spans: bool = False          # cells over several rows and columns
    definitions: bool = False    # terms and functions with what is said of them
    theme: str = ""              # of slides

    @property
    def name(self):
        changed = [f"{f.name}={getattr(self, f.name)}" for f in dataclasses.fields(self) if getattr(self, f.name) != f.default]
        return " ".join(changed) or "plain"


def layout(seed, able):
    """A layout by a seed, among what a maker is able to do."""
    r = random.Random(f"layout {seed}")
    made = Layout()
    for name, values in able.items():
        setattr(made, name, r.choice(values))
    if made.language in RIGHT_TO_LEFT:
        made.columns, made.aside, made.drop, made.code = 1, False, False, False
        if made.headings in ("run-in", "small-caps"):
            made.headings = "large"
    if made.language != "en":
        made.drop = False
        if made.headings in ("run-in", "small-caps"):
            made.headings = "large"
    return made


def document(seed, layout, length=3):
    """Blocks by a seed: `length` chapters."""
    author = Author(seed, layout.language)
    r = random.Random(f"document {seed}")
    blocks = [Block("title", author.heading())]
    tables = figures = notes = 0
    for chapter in range(1, length + 1):
        blocks.append(Block("heading", author.heading(), level=1, number=f"{chapter}"))
        sections = r.randint(1, 3)
        blocks.append(Block("text", author.paragraph()))
        for section in range(1, sections + 1):
            blocks.append(Block("heading", author.heading(), level=2, number=f"{chapter}.{section}"))
            for _ in range(r.randint(2, 5)):
                kind = r.choices(["text", "list", "table", "code", "figure", "sub", "aside", "note", "definition"],
                                 [6, 1.5, 1.6, .6 if layout.code else 0, .5, .7, .6 if layout.aside else 0, .4, .8 if layout.definitions else 0])[0]
                if kind == "text":
                    blocks.append(Block("text", author.paragraph()))
                elif kind == "list":
                    blocks.append(Block("text", author.paragraph(1, 2)))
                    items = []
                    for _ in range(r.randint(3, 6)):
                        items.append((1, author.item()))
                        if r.random() < .15:
                            items += [(2, author.item()) for _ in range(2)]
                    blocks.append(Block("list", items=items, ordered=r.random() < .4))
                elif kind == "table":
                    tables += 1
                    widest = 3 if layout.columns == 3 else 4 if layout.columns == 2 else 7
                    columns = r.randint(3, widest)
                    groups = r.random() < .25
                    rows = (author.spanned(r.randint(2, 4), max(4, columns)) if layout.spans else author.table(r.randint(*layout.rows), columns, groups))
                    blocks.append(Block("text", author.paragraph(1, 3)))
                    blocks.append(Block("table", rows=rows, header=2 if len(rows[0]) != len(rows[1]) else 1,
                                        caption=f"Table {tables}: {author.heading()}"))
                elif kind == "code":
                    blocks.append(Block("text", author.paragraph(1, 2)))
                    blocks.append(Block("code", lines=author.code()))
                elif kind == "figure":
                    figures += 1
                    blocks.append(Block("figure", caption=f"Figure {figures}: {author.heading()}"))
                elif kind == "sub":
                    blocks.append(Block("heading", author.heading(), level=3, number=""))
                    blocks.append(Block("text", author.paragraph()))
                elif kind == "aside":
                    blocks.append(Block("aside", author.paragraph(2, 3)))
                    blocks.append(Block("text", author.paragraph(3, 5)))
                elif kind == "definition":
                    blocks.append(Block("text", author.paragraph(1, 2)))
                    blocks += [Block("definition", author.paragraph(1, 2), number=author.term(), lines=author.code()[:1]) for _ in range(r.randint(2, 4))]
                elif kind == "note":
                    notes += 1
                    blocks.append(Block("note", author.sentence(), mark=str(notes)))
            blocks.append(Block("text", author.paragraph()))
    return blocks


def slides(seed, layout, length=3):
    """Blocks for slides by a seed: headings of level 2 begin one each, of level 1 a part of the talk."""
    author = Author(seed, layout.language)
    r = random.Random(f"slides {seed}")
    blocks, tables, figures = [Block("title", author.heading())], 0, 0
    for chapter in range(1, length + 1):
        blocks.append(Block("heading", author.heading(), level=1, number=f"{chapter}"))
        for section in range(1, r.randint(3, 5)):
            blocks.append(Block("heading", author.heading(), level=2))
            kinds = r.choice([["list"], ["list"], ["text", "list"], ["text", "table"], ["table"], ["text", "figure"], ["text"], ["list", "figure"], ["text", "code"], ["sub", "sub"]])
            for kind in kinds:
                if kind == "text":
                    blocks.append(Block("text", author.paragraph(1, 2)))
                elif kind == "list":
                    items = []
                    for _ in range(r.randint(2, 5 if len(kinds) == 1 else 3)):
                        items.append((1, author.item()))
                        if r.random() < .2 and len(kinds) == 1:
                            items += [(2, author.item()) for _ in range(2)]
                    blocks.append(Block("list", items=items, ordered=r.random() < .3))
                elif kind == "table":
                    tables += 1
                    rows = [row[:3] + [("7", 1, 1)] if len(row[-1][0]) > 24 else row for row in author.table(r.randint(3, 5), 4)]
                    blocks.append(Block("table", rows=rows, caption=f"Table {tables}: {author.heading()}"))
                elif kind == "figure":
                    figures += 1
                    blocks.append(Block("figure", caption=f"Figure {figures}: {author.heading()}"))
                elif kind == "code":
                    blocks.append(Block("code", lines=author.code()))
                else:
                    blocks += [Block("heading", author.heading(), level=3), Block("text", author.paragraph(1, 1))]
    return blocks


def truth(blocks, layout):
    """What a reader should find, as JSON."""
    return {"layout": layout.name, "language": layout.language, "numbered": layout.numbered, "blocks": [dataclasses.asdict(b) for b in blocks]}
