"""More typesetters: slides, plain TeX, Texinfo, DocBook by Apache FOP, and LaTeX's tables over pages and with spans."""
import html
import os
import re
import shutil

import makers
from makers import run, tex

STYLESHEET = "/usr/share/xml/docbook/stylesheet/docbook-xsl/fo/docbook.xsl"


# MARK: LaTeX

def long_table(b, l):
    width = sum(c for _, _, c in b.rows[0])
    wide = any(len(t) > 24 for row in b.rows for t, _, _ in row)
    bar = "|" if l.tables == "ruled" else ""
    spec = bar + "l" + bar + bar.join("p{38mm}" if wide and k == width - 2 else "r" for k in range(width - 1)) + bar
    top, middle, between, bottom = {"ruled": ("\\hline",) * 4, "horizontal": ("\\hline",) * 4, "booktabs": ("\\toprule", "\\midrule", "", "\\bottomrule")}.get(l.tables, ("",) * 4)
    lines = [" & ".join(f"\\multicolumn{{{c}}}{{{bar}c{bar}}}{{{tex(t)}}}" if c > 1 else tex(t) for t, _, c in row) + " \\\\" for row in b.rows]
    head = top + "\n" + "\n".join(lines[:b.header]) + middle
    foot = f"\\multicolumn{{{width}}}{{r}}{{\\textit{{Continued on next page}}}}\\\\\\endfoot {bottom}\\endlastfoot" if l.running else f"{bottom}\\endfoot"
    return [f"\\begin{{longtable}}{{{spec}}}\\caption{{{tex(b.caption.split(': ', 1)[1])}}}\\\\ {head} \\endfirsthead {head} \\endhead {foot}",
            f" {between}\n".join(lines[b.header:]), "\\end{longtable}\n"]


def longtable(blocks, l, folder, path):
    # The heads of a long table are right only after a second run.
    makers.latex(blocks, l, folder, path, packages="\\usepackage{longtable}", long=long_table, runs=3)


def spanned_table(b, l):
    width = sum(c for _, _, c in b.rows[0])
    bar = "|" if l.tables == "ruled" else ""
    lines, taken = [], {}
    for index, row in enumerate(b.rows):
        cells, column, cells_left = [], 0, list(row)
        while column < width:
            if taken.get(column, 0) > 0:
                taken[column] -= 1
                cells.append("")
                column += 1
                continue
            t, r, c = cells_left.pop(0)
            if r > 1:
                taken[column] = r - 1
            text = f"\\multirow{{{r}}}{{*}}{{{tex(t)}}}" if r > 1 else tex(t)
            cells.append(f"\\multicolumn{{{c}}}{{c{bar}}}{{{text}}}" if c > 1 else text)
            column += c
        open_ = [k for k in range(width) if taken.get(k, 0) > 0]
        first = max(open_) + 2 if open_ else 1
        inner = f"\\cline{{{first}-{width}}}" if open_ else "\\hline"
        rule = {"ruled": inner, "horizontal": "" if open_ else "\\hline", "booktabs": f"\\cmidrule{{{first}-{width}}}" if index == 0 else "\\midrule" if index == b.header - 1 else "", "none": ""}[l.tables]
        lines.append(" & ".join(cells) + " \\\\ " + (rule if index < len(b.rows) - 1 else ""))
    top, bottom = {"ruled": ("\\hline", "\\hline"), "horizontal": ("\\hline", "\\hline"), "booktabs": ("\\toprule", "\\bottomrule"), "none": ("", "")}[l.tables]
    return f"\\begin{{tabular}}{{{bar}{bar.join('ll' + 'r' * (width - 2))}{bar}}}{top}\n" + "\n".join(lines) + f"\n{bottom}\\end{{tabular}}"


def multirow(blocks, l, folder, path):
    makers.latex(blocks, l, folder, path, table=spanned_table)


BASE = {**makers.TEX, "definitions": [False, True]}


# MARK: Slides

def beamer(blocks, l, folder, path):
    out = [f"\\documentclass[{'10pt' if l.size < 11 else '11pt'}{',aspectratio=169' if l.paper == 'letter' else ''}]{{beamer}}", "\\usepackage[T1]{fontenc}\\usepackage[utf8]{inputenc}\\usepackage{booktabs,lmodern}", f"\\usetheme{{{l.theme}}}"]
    out.append({"serif": "\\usefonttheme{serif}"}.get(l.family, ""))
    if not l.running:
        out.append("\\beamertemplatenavigationsymbolsempty")
    out.append(f"\\title{{{tex(blocks[0].text)}}}\\author{{A. Warden}}\\institute{{Office of the Harbour}}\\date{{1 May 2020}}\\setbeamertemplate{{caption}}[numbered]\\begin{{document}}\\frame{{\\titlepage}}")
    opened = False

    def close():
        nonlocal opened
        if opened:
            out.append("\\end{frame}")
        opened = False
    block = False
    for b in blocks[1:]:
        if b.kind == "heading":
            if block:
                out.append("\\end{block}")
                block = False
            if b.level < 3:
                close()
            if b.level == 1:
                out.append(f"\\section{{{tex(b.text)}}}\\frame{{\\sectionpage}}")
            elif b.level == 2:
                out.append(f"\\begin{{frame}}[fragile]{{{tex(b.text)}}}")
                opened = True
            else:
                out.append(f"\\begin{{block}}{{{tex(b.text)}}}")
                block = True
        elif b.kind == "text":
            out.append(tex(b.text) + "\n")
        elif b.kind == "list":
            env, depth = ("enumerate" if b.ordered else "itemize"), 0
            for level, text in b.items:
                while depth < level:
                    out.append(f"\\begin{{{env}}}")
                    depth += 1
                while depth > level:
                    out.append(f"\\end{{{env}}}")
                    depth -= 1
                out.append(f"\\item {tex(text)}")
            out += [f"\\end{{{env}}}"] * depth
        elif b.kind == "table":
            out.append("\\begin{table}\\caption{%s}\\footnotesize %s\\end{table}" % (tex(b.caption.split(": ", 1)[1]), makers.latex_table(b, l)))
        elif b.kind == "figure":
            out.append("\\begin{figure}\\rule{.4\\linewidth}{12mm}\\caption{%s}\\end{figure}" % tex(b.caption.split(": ", 1)[1]))
        elif b.kind == "code":
            out.append("\\begin{semiverbatim}\n" + "\n".join(b.lines) + "\n\\end{semiverbatim}")
    if block:
        out.append("\\end{block}")
    close()
    open(f"{folder}/d.tex", "w").write("\n".join(out + ["\\end{document}"]))
    for _ in range(2):
        run(["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "d.tex"], folder)
    # The bookmarks that beamer writes would tell all headings.
    run(["qpdf", "--empty", "--pages", "d.pdf", "1-z", "--", "bare.pdf"], folder)
    shutil.move(f"{folder}/bare.pdf", path)


THEMES = ["default", "Madrid", "Warsaw", "Singapore", "Frankfurt", "Berkeley", "CambridgeUS", "Boadilla", "Montpellier", "AnnArbor"]
BEAMER = {"theme": THEMES, "paper": ["a4", "letter"], "size": [10, 11], "family": ["sans", "sans", "serif"], "running": [True, False], "numbered": [False], "tables": ["ruled", "booktabs", "horizontal", "none"], "language": ["en"]}


def impress(blocks, l, folder, path):
    e = html.escape
    family = {"serif": "Liberation Serif", "sans": "Liberation Sans", "dejavu": "DejaVu Serif", "narrow": "Liberation Sans Narrow"}[l.family]
    pages, frames, y = [], [], 0.0
    width, height = (254, 190) if l.paper == "a4" else (254, 143)

    def flush():
        nonlocal frames
        if frames:
            number = len(pages) + 1
            foot = f"<draw:frame draw:style-name='g' svg:x='15mm' svg:y='{height - 11}mm' svg:width='{width - 30}mm' svg:height='7mm'><draw:text-box><text:p text:style-name='F'>{e(blocks[0].text)} – {number}</text:p></draw:text-box></draw:frame>" if l.running else ""
            pages.append(f"<draw:page draw:name='p{number}' draw:master-page-name='M'>{''.join(frames)}{foot}</draw:page>")
        frames = []

    def box(inner, high, left=18.0, wide=None):
        nonlocal y
        frames.append(f"<draw:frame draw:style-name='g' svg:x='{left}mm' svg:y='{y:.1f}mm' svg:width='{wide or width - 2 * left}mm' svg:height='{high:.1f}mm'><draw:text-box>{inner}</draw:text-box></draw:frame>")
        y += high + 4
    line = l.size * 1.25 * .3528
    lines_of = lambda text: -(-len(text) // int((width - 36) / (l.size * .3528 * .5)))
    for b in blocks:
        if b.kind == "title" or b.kind == "heading" and b.level == 1:
            flush()
            y = height * .35
            box(f"<text:p text:style-name='{'T' if b.kind == 'title' else 'H1'}'>{e(b.text)}</text:p>", 20)
            if b.kind == "title":
                box("<text:p text:style-name='C'>A. Warden, Office of the Harbour</text:p>", 10)
        elif b.kind == "heading" and b.level == 2:
            flush()
            y = 8
            box(f"<text:p text:style-name='H2'>{e(b.text)}</text:p>", 18)
        elif b.kind == "heading":
            box(f"<text:p text:style-name='H3'>{e(b.text)}</text:p>", line)
        elif b.kind == "text":
            box(f"<text:p text:style-name='P'>{e(b.text)}</text:p>", line * (1 + lines_of(b.text)))
        elif b.kind == "list":
            inner, depth = [], 0
            style = "LN" if b.ordered else "LB"
            for level, text in b.items:
                inner.append(f"<text:list text:style-name='{style}'>{'<text:list-item><text:list>' if level == 2 else ''}<text:list-item{f' text:start-value={chr(39)}{depth + 1}{chr(39)}' if level == 1 else ''}><text:p text:style-name='L'>{e(text)}</text:p></text:list-item>{'</text:list></text:list-item>' if level == 2 else ''}</text:list>")
                depth += level == 1
            box("".join(inner), line * sum(1 + .2 + lines_of("    " + t) - 1 for _, t in b.items))
        elif b.kind == "table":
            box(f"<text:p text:style-name='C'>{e(b.caption)}</text:p>", line)
            columns = sum(c for _, _, c in b.rows[0])
            rows = "".join("<table:table-row table:style-name='R'>" + "".join(f"<table:table-cell table:style-name='{'CH' if index < b.header else 'CB'}'><text:p text:style-name='K'>{e(t)}</text:p></table:table-cell>" for t, _, _ in row) + "</table:table-row>" for index, row in enumerate(b.rows))
            frames.append(f"<draw:frame svg:x='18mm' svg:y='{y:.1f}mm' svg:width='{38 * columns}mm' svg:height='{8 * len(b.rows)}mm'><table:table>{f'<table:table-column table:style-name={chr(39)}O{chr(39)}/>' * columns}{rows}</table:table></draw:frame>")
            y += 9 * len(b.rows) + 4
        elif b.kind == "figure":
            frames.append(f"<draw:rect draw:style-name='q' svg:x='18mm' svg:y='{y:.1f}mm' svg:width='70mm' svg:height='20mm'/>")
            y += 22
            box(f"<text:p text:style-name='C'>{e(b.caption)}</text:p>", line)
        elif b.kind == "code":
            box("".join(f"<text:p text:style-name='X'>{e(one).replace('    ', '<text:s text:c=' + chr(39) + '4' + chr(39) + '/>')}</text:p>" for one in b.lines), line * len(b.lines))
    flush()

    def style(name, size, more="", align="start", font="F"):
        return f"<style:style style:name='{name}' style:family='paragraph'><style:paragraph-properties fo:text-align='{align}' fo:margin-bottom='1mm'/><style:text-properties style:font-name='{font}' fo:font-family=\"'{'Liberation Mono' if font == 'M' else family}'\" fo:font-size='{size}pt' {more}/></style:style>"
    edge = {"ruled": "fo:border='0.5pt solid #000000'", "horizontal": "fo:border-bottom='0.5pt solid #000000'"}.get(l.tables, "")
    shade = {"colour": "draw:fill='solid' draw:fill-color='#aaccee'"}.get(l.tables, "draw:fill='none'")
    bold = "fo:font-weight='bold'"
    hue = "fo:color='#114477'" if l.headings == "colour" else ""
    mark = lambda level, sign, left: f"<text:list-level-style-bullet text:level='{level}' text:bullet-char='{sign}'><style:list-level-properties text:space-before='{left}mm' text:min-label-width='6mm'/><style:text-properties fo:font-family='OpenSymbol'/></text:list-level-style-bullet>"
    count = lambda level, form, left: f"<text:list-level-style-number text:level='{level}' style:num-format='{form}' style:num-suffix='.'><style:list-level-properties text:space-before='{left}mm' text:min-label-width='7mm'/></text:list-level-style-number>"
    names = "".join(f" xmlns:{k}=\"urn:oasis:names:tc:opendocument:xmlns:{v}:1.0\"" for k, v in {"office": "office", "style": "style", "text": "text", "table": "table", "draw": "drawing", "fo": "xsl-fo-compatible", "svg": "svg-compatible", "presentation": "presentation"}.items())
    xml = f"""<?xml version="1.0" encoding="UTF-8"?>
<office:document{names} office:version="1.2" office:mimetype="application/vnd.oasis.opendocument.presentation">
<office:styles/><office:automatic-styles>{style('T', 36, bold + ' ' + hue, 'center')}{style('H1', 32, bold + ' ' + hue, 'center')}{style('H2', 26, hue + ' ' + (bold if l.headings != 'large' else ''))}{style('H3', l.size, bold)}{style('P', l.size)}{style('L', l.size)}{style('C', round(l.size * .8), "fo:font-style='italic'")}{style('K', round(l.size * .75))}{style('F', 10)}{style('X', round(l.size * .8), '', 'start', 'M')}
<text:list-style style:name="LB">{mark(1, '●', 0)}{mark(2, '–', 8)}</text:list-style><text:list-style style:name="LN">{count(1, '1', 0)}{count(2, 'a', 8)}</text:list-style>
<style:style style:name="g" style:family="graphic"><style:graphic-properties draw:stroke="none" draw:fill="none" draw:auto-grow-height="true" fo:padding="0mm"/></style:style>
<style:style style:name="q" style:family="graphic"><style:graphic-properties draw:stroke="none" draw:fill="solid" draw:fill-color="#ccccdd"/></style:style>
<style:style style:name="O" style:family="table-column"><style:table-column-properties style:column-width="38mm"/></style:style><style:style style:name="R" style:family="table-row"><style:table-row-properties style:row-height="8mm"/></style:style>
<style:style style:name="CB" style:family="table-cell"><style:graphic-properties draw:fill="none"/><style:paragraph-properties {edge}/></style:style><style:style style:name="CH" style:family="table-cell"><style:graphic-properties {shade}/><style:paragraph-properties {edge}/></style:style>
<style:page-layout style:name="PL"><style:page-layout-properties fo:page-width="{width}mm" fo:page-height="{height}mm" fo:margin="0mm"/></style:page-layout></office:automatic-styles>
<office:master-styles><style:master-page style:name="M" style:page-layout-name="PL"/></office:master-styles>
<office:body><office:presentation>{''.join(pages)}</office:presentation></office:body></office:document>"""
    open(f"{folder}/d.fodp", "w").write(xml)
    run(["soffice", "--headless", f"-env:UserInstallation=file://{folder}/office", "--convert-to", "pdf", "d.fodp"], folder)
    shutil.move(f"{folder}/d.pdf", path)


IMPRESS = {"paper": ["a4", "letter"], "size": [16, 18, 20], "family": list(makers.FONTS), "headings": ["large", "bold", "colour"], "running": [True, False], "numbered": [False], "tables": ["ruled", "horizontal", "colour", "none"], "language": ["en"] * 5 + ["de", "fr", "ru"]}


# MARK: Plain TeX and Texinfo

def plain_tex(blocks, l, folder, path):
    out = [f"\\magnification={1000 if l.size < 10.6 else 1095 if l.size < 11.6 else 1200}", "\\font\\title=cmbx10 scaled \\magstep3 \\font\\big=cmbx10 scaled \\magstep1 \\font\\sc=cmcsc10 \\font\\ss=cmssbx10 \\font\\small=cmr8",
           f"\\pdfpagewidth={'210mm' if l.paper == 'a4' else '8.5in'} \\pdfpageheight={'297mm' if l.paper == 'a4' else '11in'} \\hsize=160mm \\vsize=225mm",
           "\\parindent=" + ("20pt" if l.indent else "0pt \\parskip=6pt plus 2pt"), "" if l.justified else "\\raggedright"]
    if l.running:
        out.append(f"\\headline={{\\ifnum\\pageno>1 \\small {tex(blocks[0].text)}\\hfil\\folio\\else\\hfil\\fi}}\\footline={{\\hfil}}")
    heads = {"large": ("\\big", "\\bf", "\\sl"), "bold": ("\\bf", "\\bf", "\\it"), "small-caps": ("\\sc", "\\bf", "\\it"), "colour": ("\\ss", "\\sl", "\\it"), "run-in": ("\\big", "\\bf", "\\bf")}[l.headings]
    out.append("\\def\\head#1#2{\\vskip0pt plus.1\\vsize\\penalty-250\\vskip0pt plus-.1\\vsize\\bigskip\\noindent{#1#2\\hfil}\\par\\nobreak\\smallskip\\noindent}")
    for b in blocks:
        number = f"{b.number}{'.' if b.level == 1 else ''} " if l.numbered and b.number else ""
        if b.kind == "title":
            out.append(f"\\centerline{{\\title {tex(b.text)}}}\\bigskip")
        elif b.kind == "heading" and b.level == 3 and l.headings == "run-in":
            out.append(f"\\medskip\\noindent{{{heads[2]} {tex(b.text)}.\\enspace}}\\ignorespaces")
        elif b.kind == "heading":
            out.append(f"\\head{{{heads[b.level - 1]} }}{{{number}{tex(b.text)}}}")
        elif b.kind == "text":
            out.append(tex(b.text) + "\n")
        elif b.kind == "list":
            count = letter = 0
            out.append("\\smallskip")
            for level, text in b.items:
                count, letter = (count + 1, 0) if level == 1 else (count, letter + 1)
                sign = (f"{count}." if level == 1 else f"({chr(96 + letter)})") if b.ordered else "$\\bullet$" if level == 1 else "--"
                out.append(f"\\item{'item' if level == 2 else ''}{{{sign}}}{tex(text)}\n")
            out.append("\\smallskip\n")
        elif b.kind == "table":
            width = sum(c for _, _, c in b.rows[0])
            bar = "\\vrule" if l.tables == "ruled" else ""
            cell = lambda column: f"\\quad\\hfil#\\quad{bar}" if column else f"{bar}\\strut\\ #\\hfil\\quad{bar}"
            if any(len(t) > 24 for row in b.rows for t, _, _ in row):
                last = "\\quad\\vtop{\\hsize=45mm\\raggedright\\parindent=0pt\\parskip=0pt\\strut#\\strut}\\quad" + bar
                preamble = "&".join([cell(k) for k in range(width - 1)] + [last])
            else:
                preamble = "&".join(cell(k) for k in range(width))
            rule = {"ruled": ("\\noalign{\\hrule}",) * 4, "horizontal": ("\\noalign{\\hrule}",) * 4, "booktabs": ("\\noalign{\\hrule\\smallskip}", "\\noalign{\\smallskip\\hrule\\smallskip}", "", "\\noalign{\\smallskip\\hrule}")}.get(l.tables, ("",) * 4)
            face = "\\tt" if l.tables == "mono" else ""
            lines = []
            for index, row in enumerate(b.rows):
                cells = "&".join(f"\\multispan{c}\\hfil {tex(t)}\\hfil{bar}" if c > 1 else tex(t) for t, _, c in row)
                lines.append(cells + "\\cr" + (rule[1] if index == b.header - 1 else rule[2] if index < len(b.rows) - 1 else rule[3]))
            out.append(f"\\medskip\\noindent {tex(b.caption)}\\par\\nobreak\\smallskip\n{{{face}\\offinterlineskip\\noindent\\vbox{{\\halign{{{preamble}\\cr{rule[0]}\n" + "\n".join(lines) + "}}}\\medskip\n")
        elif b.kind == "code":
            out.append("\\smallskip{\\tt\\obeylines\\obeyspaces\\parskip=0pt\\parindent=20pt\n" + "\n".join("\\ \\ " * ((len(one) - len(one.lstrip())) // 2) + tex(one.strip()) for one in b.lines) + "\n}\\smallskip\n")
        elif b.kind == "figure":
            out.append(f"\\medskip\\noindent\\vrule width 60mm height 18mm\\par\\smallskip\\noindent {tex(b.caption)}\\par\\medskip\n")
        elif b.kind == "definition":
            out.append(f"\\smallskip\\hang\\noindent{{\\bf {tex(b.number)}}}\\enspace {tex(b.text)}\n")
        elif b.kind == "note":
            for index in range(len(out) - 1, -1, -1):
                if out[index].endswith("\n") and not out[index].startswith("\\"):
                    out[index] = out[index].rstrip("\n") + f"\\footnote{{$^{{{b.mark}}}$}}{{\\small {tex(b.text)}}}\n"
                    break
    open(f"{folder}/d.tex", "w").write("\n".join(out) + "\n\\bye\n")
    run(["pdftex", "-interaction=nonstopmode", "-halt-on-error", "d.tex"], folder)
    shutil.move(f"{folder}/d.pdf", path)


PLAIN = {"paper": ["a4", "letter"], "size": [10, 11, 12], "headings": ["large", "bold", "small-caps", "colour", "run-in"], "numbered": [True, False], "running": [True, False], "justified": [True, True, False],
         "tables": ["ruled", "none", "booktabs", "horizontal", "mono"], "language": ["en"], "indent": [True, False], "definitions": [False, True]}


def texi(text):
    return re.sub(r"([@{}])", r"@\1", text).replace("–", "--")


def texinfo(blocks, l, folder, path):
    out = ["\\input texinfo", "@setfilename d.info", f"@settitle {texi(blocks[0].text)}", "@afourpaper" if l.paper == "a4" else "@letterpaper" if l.size > 10.6 else "@smallbook", f"@setchapternewpage {'on' if l.running else 'off'}"]
    out += ["@paragraphindent none"] if not l.indent else []
    out += ["@titlepage", f"@title {texi(blocks[0].text)}", "@author A. Warden", "@end titlepage"]
    out += ["@contents"] if l.leaders else []
    names = {1: "chapter", 2: "section", 3: "subsection"} if l.numbered else {1: "unnumbered", 2: "unnumberedsec", 3: "unnumberedsubsec"}
    for b in blocks[1:]:
        if b.kind == "heading":
            # What has no number in the truth has none here.
            name = "subheading" if b.level == 3 and l.numbered else names[b.level]
            out += ["", f"@{name} {texi(b.text)}", ""]
        elif b.kind == "text":
            out += [texi(b.text), ""]
        elif b.kind == "list":
            env, depth = ("enumerate" if b.ordered else "itemize"), 0
            for level, text in b.items:
                while depth < level:
                    out.append(f"@{env}" + (" @bullet" if env == "itemize" else ""))
                    depth += 1
                while depth > level:
                    out.append(f"@end {env}")
                    depth -= 1
                out += ["@item", texi(text)]
            out += [f"@end {env}"] * depth + [""]
        elif b.kind == "table":
            width = sum(c for _, _, c in b.rows[0])
            wide = any(len(t) > 24 for row in b.rows for t, _, _ in row)
            share = [round(.96 / (width + 1), 2)] * (width - 1) + [round(1.9 / (width + 1), 2)] if wide else [round(.96 / width, 2)] * width
            out += ["@noindent", texi(b.caption), "", "@multitable @columnfractions " + " ".join(map(str, share))]
            for index, row in enumerate(b.rows):
                out.append(("@headitem " if index < b.header else "@item ") + " @tab ".join(texi(t) for t, _, _ in row))
            out += ["@end multitable", ""]
        elif b.kind == "code":
            out += ["@example", *[texi(one) for one in b.lines], "@end example", ""]
        elif b.kind == "figure":
            out += ["@noindent", texi(b.caption), ""]
        elif b.kind == "definition":
            name, rest = re.match(r"def (\w+)\((.*)\):", b.lines[0]).groups()
            out += [f"@deffn Command {name} {' '.join(rest.replace(',', '').split())}", texi(b.text), "@end deffn", ""] if len(b.text) % 2 else ["@table @code", f"@item {texi(b.number)}", texi(b.text), "@end table", ""]
        elif b.kind == "note" and out[-1] == "" and len(out[-2]) > 40 and not out[-2].startswith("@"):
            out[-2] += f"@footnote{{{texi(b.text)}}}"
    open(f"{folder}/d.texi", "w").write("\n".join(out) + "\n@bye\n")
    for _ in range(2 if l.leaders else 1):
        run(["pdftex", "-interaction=nonstopmode", "d.texi"], folder)
    run(["qpdf", "--empty", "--pages", "d.pdf", "1-z", "--", "bare.pdf"], folder)
    shutil.move(f"{folder}/bare.pdf", path)


TEXINFO = {"paper": ["a4", "letter"], "size": [10, 11], "numbered": [True, True, False], "running": [True, False], "leaders": [False, True], "tables": ["none"], "language": ["en"], "indent": [True, False], "definitions": [True]}


# MARK: DocBook

def docbook(blocks, l, folder, path):
    e, out, depth = html.escape, [], 0
    for b in blocks[1:]:
        if b.kind == "heading":
            while depth >= b.level:
                out.append("</section>")
                depth -= 1
            out.append(f"<section><title>{e(b.text)}</title>")
            depth += 1
        elif b.kind == "text":
            out.append(f"<para>{e(b.text)}</para>")
        elif b.kind == "list":
            tag, level_, items = ("orderedlist" if b.ordered else "itemizedlist"), 0, []
            for level, text in b.items:
                while level_ < level:
                    items.append(f"<{tag}>")
                    level_ += 1
                    fresh = True
                while level_ > level:
                    items.append(f"</listitem></{tag}>")
                    level_ -= 1
                items.append(("" if fresh else "</listitem>") + f"<listitem><para>{e(text)}</para>")
                fresh = False
            out.append("".join(items) + f"</listitem></{tag}>" * level_)
        elif b.kind == "table":
            width = sum(c for _, _, c in b.rows[0])
            row_of = lambda row, at: "<row>" + "".join(f"<entry{f' namest={chr(34)}c{k}{chr(34)} nameend={chr(34)}c{k + c - 1}{chr(34)}' if c > 1 else ''}{' align=' + chr(34) + 'right' + chr(34) if k > 1 and at >= b.header and len(t) < 24 else ''}>{e(t)}</entry>"
                                                         for k, (t, c) in zip(starts(row), ((t, c) for t, _, c in row))) + "</row>"
            frame = {"ruled": 'frame="all"', "horizontal": 'frame="topbot" colsep="0"', "booktabs": 'frame="topbot" colsep="0" rowsep="0"'}.get(l.tables, 'frame="none" colsep="0" rowsep="0"')
            columns = "".join(f'<colspec colname="c{k + 1}"/>' for k in range(width))
            out.append(f"<table {frame}><title>{e(b.caption.split(': ', 1)[1])}</title><tgroup cols='{width}'>{columns}<thead>{''.join(row_of(r, 0) for r in b.rows[:b.header])}</thead><tbody>{''.join(row_of(r, 99) for r in b.rows[b.header:])}</tbody></tgroup></table>")
        elif b.kind == "code":
            out.append(f"<programlisting>{e(chr(10).join(b.lines))}</programlisting>")
        elif b.kind == "figure":
            out.append(f"<figure><title>{e(b.caption.split(': ', 1)[1])}</title><mediaobject><imageobject><imagedata><svg xmlns='http://www.w3.org/2000/svg' width='180' height='50'><rect width='180' height='50' fill='#ccd'/></svg></imagedata></imageobject></mediaobject></figure>")
        elif b.kind == "aside":
            out.append(f"<{l.theme}><para>{e(b.text)}</para></{l.theme}>")
        elif b.kind == "definition":
            out.append(f"<variablelist><varlistentry><term>{e(b.number)}</term><listitem><para>{e(b.text)}</para></listitem></varlistentry></variablelist>")
        elif b.kind == "note":
            for index in range(len(out) - 1, -1, -1):
                if out[index].startswith("<para>"):
                    out[index] = out[index][:-7] + f"<footnote><para>{e(b.text)}</para></footnote></para>"
                    break
    out += ["</section>"] * depth
    open(f"{folder}/d.xml", "w").write(f'<article xmlns="http://docbook.org/ns/docbook" version="5.0" xml:lang="{l.language}"><title>{e(blocks[0].text)}</title>{"".join(out)}</article>')
    body, title = {"serif": ("serif", "sans-serif"), "sans": ("sans-serif", "sans-serif"), "dejavu": ("serif", "serif"), "narrow": ("sans-serif", "serif")}[l.family]
    settings = {"paper.type": "A4" if l.paper == "a4" else "USletter", "body.font.master": l.size, "body.font.family": body, "title.font.family": title, "section.autolabel": int(l.numbered), "column.count.body": l.columns,
                "alignment": "justify" if l.justified else "left", "generate.toc": "article toc" if l.leaders else "", "header.rule": int(l.running), "footer.rule": int(l.running), "shade.verbatim": int(l.tables == "colour"),
                "body.start.indent": "4pc" if l.indent and l.columns == 1 else "0pt", "draft.mode": "no", "admon.graphics": 0, "fop1.extensions": 0, "section.label.includes.component.label": 0}
    run(["xsltproc", "--nonet", "-o", "d.fo", *[x for k, v in settings.items() for x in ("--stringparam", k, str(v))], STYLESHEET, "d.xml"], folder)
    run(["fop", "d.fo", "d.pdf"], folder)
    shutil.move(f"{folder}/d.pdf", path)


def starts(row):
    """The column, from 1, in which each cell begins."""
    at = 1
    for _, _, c in row:
        yield at
        at += c


DOCBOOK = {"columns": [1, 1, 2], "paper": ["a4", "letter"], "size": [9, 10, 11, 12], "family": list(makers.FONTS), "numbered": [True, False], "running": [True, False], "justified": [True, False], "tables": ["ruled", "none", "booktabs", "horizontal", "colour"],
           "aside": [False, True], "theme": ["note", "warning", "sidebar"], "leaders": [False, False, True], "language": ["en"] * 5 + ["de", "fr"], "indent": [True, False], "definitions": [False, True]}

SLIDES = {"beamer", "impress"}
MORE = {"longtable": (longtable, {**BASE, "columns": [1], "rows": [(30, 60), (50, 120)]}), "multirow": (multirow, {**BASE, "columns": [1], "spans": [True], "tables": ["ruled", "booktabs", "horizontal", "none"], "headings": ["large", "bold", "colour"]}),
        "beamer": (beamer, BEAMER), "impress": (impress, IMPRESS), "plain-tex": (plain_tex, PLAIN), "texinfo": (texinfo, TEXINFO), "docbook": (docbook, DOCBOOK)}
