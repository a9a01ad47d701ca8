"""Those who read: Sluice, and pymupdf4llm with its layout model (PyPI)."""
import json
import re
import subprocess

from score import Found, bare


def sluice(program):
    def read(path):
        done = subprocess.run([program, "parse", "--json", path], stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=300)
        if done.returncode:
            raise RuntimeError(done.stderr.decode(errors="replace")[-300:])
        elements = json.loads(done.stdout)["elements"]
        tables = [[(c["row"], c["row"] + c.get("row_span", 1) - 1, c["column"], c["column"] + c.get("column_span", 1) - 1, c["text"]) for c in e["table"]["cells"]]
                  for e in elements if e["type"] == "table"]
        captions = [e["text"] for e in elements if e["type"] == "caption"] + [e["table"]["caption"] for e in elements if e["type"] == "table" and e["table"].get("caption")]
        return Found([(e.get("level", 1), e["text"]) for e in elements if e["type"] == "title"], [e["text"] for e in elements if e["type"] == "list_item"], captions, tables,
                     "\n".join(bare(e["text"]) if e["type"] == "title" else e["text"] for e in elements if e["type"] in ("title", "text", "list_item")))
    return read


def markdown(text):
    """What Markdown says, as far as it is judged."""
    headings, items, captions, tables, flow, rows, fenced = [], [], [], [], [], [], False
    clean = lambda s: re.sub(r"<br\s*/?>", " ", re.sub(r"\*\*|__|`|~~|(?<!\w)[_*](?=\S)|(?<=\S)[_*](?!\w)", "", s)).replace("\\", "")
    for line in text.split("\n") + [""]:
        if line.startswith("```"):
            fenced = not fenced
        elif line.lstrip().startswith("|") and not fenced:
            if not re.fullmatch(r"[|\s:-]+", line):
                rows.append([clean(c).strip() for c in line.strip().strip("|").split("|")])
            continue
        if rows:
            tables.append([(r, r, k, k, c) for r, row in enumerate(rows) for k, c in enumerate(row)])
            rows = []
        if fenced:
            continue
        head = re.match(r"(#{1,6})\s+(.*)", line)
        item = re.match(r"\s*(?:[-*+•]|\d+[.)])\s+(.*)", line)
        if head:
            headings.append((len(head[1]), clean(head[2])))
            flow.append(bare(clean(head[2])))
        elif item:
            items.append(clean(item[1]))
            flow.append(clean(item[1]))
        elif re.match(r"\W*(Table|Figure|Tabelle|Abbildung|Tableau|Fig\.) (\d+|[IVXLC]+)\b", line, re.I):
            captions.append(clean(line))
        elif line.strip():
            flow.append(clean(line))
    return Found(headings, items, captions, tables, "\n".join(flow))


def pymupdf(path):
    import pymupdf.layout  # noqa: F401 (loads the layout model before pymupdf4llm)
    import pymupdf4llm
    return markdown(pymupdf4llm.to_markdown(path, header=False, footer=False))
