"""Render executed notebooks as self-contained HTML reports.

usage: render_reports.py [--out DIR] [--index] EXECUTED.ipynb ...

A notebook that is the main one of a phase (known by its file name) becomes DIR/01-business-understanding.html
… DIR/06-deployment.html, one beside it DIR/02-business-intelligence.html, any other DIR/<name>.html. --index writes
DIR/index.html over the notebooks given, so give it all of them; it links to DIR/dashboards.html if that is there.
Links between phases lead only to reports that exist.

What the notebooks show is made by lib/notebook, whose outputs say what they are in `metadata.movielens`.
"""

from __future__ import annotations

import argparse
import base64
import functools
import hashlib
import itertools
import json
import re
import sys
import xml.etree.ElementTree as ElementTree
from datetime import datetime, timezone
from html import escape
from pathlib import Path, PurePosixPath
from typing import Any, Callable, Iterable, Iterator, NamedTuple
from urllib.parse import quote, unquote

from project import ROOT  # first: it says where Jupyter may write

import nbformat
from bs4 import BeautifulSoup
from latex2mathml.converter import convert as tex_to_mathml
from markupsafe import Markup
from nbconvert.exporters import TemplateExporter
from nbconvert.filters import strip_ansi
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath, MathBlockParser, MathInlineParser
from nbformat import NotebookNode
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import TypeScriptLexer

TEMPLATE = ROOT / "reports" / "template"
PLOTLY = ROOT / "node_modules" / "plotly.js-cartesian-dist-min" / "plotly-cartesian.min.js"

CHART = "application/vnd.plotly.v1+json"
METRIC = "application/vnd.movielens.metric+json"
PROVENANCE = "application/vnd.movielens.provenance+json"
# What an output without a kind of our own is shown as: the first of these that it has.
SHOWN = ["text/html", "text/markdown", "text/latex", "image/svg+xml", "image/png", "image/jpeg", "text/plain"]

LARGEST_REPORT = 3_000_000  # bytes
LARGEST_PREVIEW = 200_000  # characters of SVG


class Phase(NamedTuple):
    number: int
    title: str
    name: str  # of its main notebook, without suffix

    @property
    def file(self) -> str:
        return f"{self.number:02}-{self.name}.html"


PHASES = [
    Phase(1, "Business understanding", "business-understanding"),
    Phase(2, "Data understanding", "data-understanding"),
    Phase(3, "Data preparation", "data-preparation"),
    Phase(4, "Modeling", "modeling"),
    Phase(5, "Evaluation", "evaluation"),
    Phase(6, "Deployment", "deployment"),
]
PHASE_OF = {phase.name: phase for phase in PHASES}
# Notebooks beside the main one of their phase.
FURTHER = [
    Phase(2, "Business intelligence", "business-intelligence"),
    Phase(4, "On Spark", "on-spark"),
    Phase(6, "Monitoring", "monitoring"),
]
FURTHER_OF = {phase.name: phase for phase in FURTHER}

DASHBOARDS = "dashboards.html"  # made by lib/cli/bi-dashboards.ts


class ReportError(Exception):
    """What keeps a report from being made, in words for the author of the notebook."""


# Formulas.

# MathJax in JupyterLab knows these, latex2mathml knows them under another name.
SYNONYMS = [
    (re.compile(r"\\(begin|end)\{(?:aligned|gathered|gather\*?)\}"), r"\\\1{split}"),
    (re.compile(r"\\(arg|sgn)(?![A-Za-z])"), r"\\operatorname{\1}"),
    (re.compile(r"\\(?:label|nonumber|notag)(?![A-Za-z])(?:\{[^}]*\})?"), ""),
]
ENVIRONMENTS = re.compile(r"[bBpvV]?matrix\*?|smallmatrix|array|cases|split|align\*?|equation\*?")
OPERANDS = {"mfrac": 2, "mroot": 2, "msub": 2, "msup": 2, "msubsup": 3, "munder": 2, "mover": 2, "munderover": 3}


def mathml(tex: str, display: str) -> str:
    """MathML of a formula; ReportError says what is wrong with it, where latex2mathml would render nonsense."""

    def refuse(reason: str) -> ReportError:
        return ReportError(f"formula ‘{tex.strip()}’: {reason}")

    text = tex.strip()
    for pattern, replacement in SYNONYMS:
        text = pattern.sub(replacement, text)
    for name in re.findall(r"\\begin\{([^}]*)\}", text):
        if not ENVIRONMENTS.fullmatch(name):
            raise refuse(f"unknown environment {name}")
    braces = re.sub(r"\\.", "", text, flags=re.DOTALL)
    if braces.count("{") != braces.count("}"):
        raise refuse("braces do not balance")
    try:
        markup = tex_to_mathml(text, display=display)
    except Exception as error:  # latex2mathml's errors share no base class and have no message
        words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", type(error).__name__.removesuffix("Error")).lower()
        raise refuse(words) from error
    markup = re.sub(r"&(?!#?\w+;)", "&amp;", markup).replace(r"\%", "%")
    for element in ElementTree.fromstring(markup).iter():
        name = element.tag.rpartition("}")[2]
        content = element.text or ""
        if name in OPERANDS and len(element) != OPERANDS[name]:
            raise refuse("a fraction, root, index or accent lacks its argument")
        if command := re.search(r"\\[A-Za-z]+", content):
            raise refuse(f"unknown command {command[0]}")
        if content == "&" and r"\&" not in text:
            raise refuse("& outside of an environment that aligns")
    return markup


# Markdown.


class Inline(MathInlineParser):
    """Formulas by pandoc's rule, so that “from $5 to $10” stays text: no blank inside the dollars, no digit after."""

    SPECIFICATION = {
        **MathInlineParser.SPECIFICATION,
        "inline_math_tex": r"(?<![\\$])\$(?![\s$])(?P<math_inline_tex>(?:\\.|[^\\$`])+?)(?<!\s)\$(?![\d$])",
    }


class Renderer(IPythonRenderer):
    """Markdown as nbconvert renders it, with MathML, ordered headings, and links that lead somewhere."""

    def __init__(self, report: Report):
        folder = (ROOT / report.source if report.source else report.path).parent
        super().__init__(escape=False, embed_images=True, path=str(folder))
        self.report = report

    def text(self, text: str) -> str:
        return super().text(re.sub(r"(^|(?<=\d)) %", "\u00a0%", text))  # “96 %” stays on one line

    def block_math(self, body: str) -> str:
        return f'<span class="formula">{mathml(body, "block")}</span>'

    def inline_math(self, body: str) -> str:
        return mathml(body, "inline")

    def latex_environment(self, name: str, body: str) -> str:
        return self.block_math(f"\\begin{{{name}}}{body}\\end{{{name}}}")

    def heading(self, text: str, level: int, **attributes: Any) -> str:
        level, anchor = self.report.add_heading(text, level)
        return f'<h{level} id="{anchor}">{text}</h{level}>\n'

    def link(self, text: str, url: str, title: str | None = None) -> str:
        if re.match(r"(https?:|mailto:)", url):
            return super().link(text, url, title)
        if url.startswith("#"):
            return super().link(text, "#" + slug(unquote(url[1:])), title)
        target = self.report.files.get(PurePosixPath(unquote(url.partition("#")[0])).stem)
        # A file of the workspace does not travel with the report, so its name stays as text.
        return super().link(text, target, title) if url.partition("#")[0].endswith(".ipynb") and target else text

    def image(self, text: str, url: str, title: str | None = None) -> str:
        html = super().image(text, url, title)
        if 'src="data:' not in html:
            raise ReportError(f"image {url} is not a file below the notebook's folder, and a report must hold it")
        return html

    def table(self, text: str) -> str:
        return f'<div class="scroll"><table>\n{text}</table></div>\n'


def slug(text: str) -> str:
    """The anchor of a heading, as GitHub and JupyterLab's links with dashes mean it."""
    words = re.sub(r"[^\w\s-]", "", BeautifulSoup(text, "html.parser").get_text().lower())
    return re.sub(r"[\s_-]+", "-", words).strip("-") or "section"


# Reports.


class Report:
    """An executed notebook as the template sees it."""

    def __init__(self, path: Path):
        self.path = path
        self.notebook: NotebookNode = nbformat.read(path, as_version=4)
        self.meta = self.notebook.metadata.get("movielens", {})
        self.phase = PHASE_OF.get(path.stem)
        self.beside = FURTHER_OF.get(path.stem)
        place = self.phase or self.beside
        self.file = place.file if place else f"{path.stem}.html"
        self.files: dict[str, str] = {}  # notebook name → report that exists
        self.page = page()
        self.headings: list[tuple[int, str, Markup]] = []
        self.figures = self.tables = 0
        for position, cell in enumerate(self.notebook.cells, start=1):
            cell.metadata["position"] = position
            for output in cell.get("outputs", []):
                self.check(output, cell)
        self.title_cell, title = self.take_title()
        self.lead_cell, lead = self.take_lead()
        self.title_html = Markup(self.inline(title, self.title_cell))
        self.title = BeautifulSoup(self.title_html, "html.parser").get_text()
        self.lead_source = lead

    # What the notebook says.

    def take_title(self) -> tuple[NotebookNode, str]:
        """Lifts the notebook's first heading out of its cell: the page sets it."""
        for cell in self.notebook.cells:
            if cell.cell_type == "markdown" and cell.source.strip():
                first, _, rest = cell.source.strip().partition("\n")
                if match := re.fullmatch(r"#\s+(.+?)\s*#*", first):
                    cell.source = rest
                    return cell, match[1]
                break
        raise ReportError("the first Markdown cell does not begin with a title (# …)")

    def take_lead(self) -> tuple[NotebookNode | None, str]:
        """Lifts out the first paragraph, if the notebook begins with one."""
        start = self.notebook.cells.index(self.title_cell)
        for cell in self.notebook.cells[start : start + 2]:
            if cell.cell_type != "markdown" or not cell.source.strip():
                continue
            first, _, rest = cell.source.strip().partition("\n\n")
            if not re.match(r"#|>|[-*+] |\d+[.)] |\||```|~~~|\$\$|<|\\begin", first):
                cell.source = rest
                return cell, first
            break
        return None, ""

    @property
    def lead(self) -> Markup:
        return self.markdown(self.lead_source, self.lead_cell) if self.lead_cell else Markup("")

    @functools.cached_property
    def source(self) -> str | None:
        """Path of the notebook in the workspace, where it can be told."""
        found = next(ROOT.glob(f"notebooks/*/{self.path.name}"), None)
        return self.meta.get("source") or (found.relative_to(ROOT).as_posix() if found else None)

    @property
    def executed(self) -> datetime:
        if moment := self.meta.get("executedAt"):
            return datetime.fromisoformat(moment.replace("Z", "+00:00")).astimezone(timezone.utc)
        return datetime.fromtimestamp(self.path.stat().st_mtime, timezone.utc)

    @property
    def date(self) -> str:
        return f"{self.executed.day} {self.executed:%B %Y}"

    @property
    def date_iso(self) -> str:
        return f"{self.executed:%Y-%m-%d}"

    def recorded(self, mime: str) -> Iterator[NotebookNode]:
        for cell in self.notebook.cells:
            for output in cell.get("outputs", []):
                if mime in output.get("data", {}):
                    yield output

    @functools.cached_property
    def origin(self) -> dict[str, Any]:
        """What the notebook recorded with recordProvenance; of several records, the later completes the earlier."""
        merged: dict[str, Any] = {}
        for output in self.recorded(PROVENANCE):
            record = output.data[PROVENANCE]
            parameters = {**merged.get("parameters", {}), **(record.get("parameters") or {})}
            merged.update(record, parameters=parameters)
        return merged

    @property
    def data_name(self) -> str | None:
        return self.origin.get("dataName")

    def provenance(self) -> list[tuple[str, str]]:
        labels = {
            "dataName": "Data",
            "dataHash": "Data hash",
            "seed": "Seed",
            "libraryVersion": "@movielens/lib",
            "nodeVersion": "Node.js",
        }
        record = {name: self.origin.get(name) for name in labels} | self.origin
        rows = [
            (labels.get(name) or words(name), plain(value))
            for name, value in record.items()
            if name != "parameters" and value is not None
        ]
        seconds = self.meta.get("seconds")
        took = f", {seconds:.0f} s" if seconds is not None else ""
        rows.append(("Run", f"{self.date}, {self.executed:%H:%M} UTC{took}"))
        if self.source:
            rows.append(("Notebook", self.source))
        return rows

    def parameters(self) -> list[tuple[str, str]]:
        return [(name, plain(value)) for name, value in self.origin.get("parameters", {}).items()]

    def metrics(self, outputs: Iterable[NotebookNode]) -> list[dict[str, Any]]:
        """Recorded metrics, their values and units written as lib/notebook wrote them."""
        rows = []
        for output in outputs:
            record = output.data[METRIC]
            shown = BeautifulSoup(output.data["text/html"], "html.parser")
            text = {part: found.get_text() if (found := shown.select_one(f".{part}")) else None for part in ("value", "unit")}
            row = {**record, **text, "name": re.sub(r"_+", " ", record["name"])}
            rows.append(row)
        return rows

    def key_metrics(self) -> list[dict[str, Any]]:
        return self.metrics(itertools.islice(self.recorded(METRIC), 3))

    def preview(self) -> str | None:
        """The first chart that is small enough for the index."""
        for output in self.recorded(CHART):
            svg = output.data.get("image/svg+xml")
            if svg and len(svg) <= LARGEST_PREVIEW:
                return data_uri("image/svg+xml", svg.encode())
        return None

    def has_charts(self) -> bool:
        return self.figures > 0

    # The table of contents, complete once the cells are rendered.

    def add_heading(self, text: str, level: int) -> tuple[int, str]:
        """Level and anchor of the next heading: below the title, never skipping a level."""
        level = min(max(level, 2), self.headings[-1][0] + 1 if self.headings else 2)
        taken = {anchor for _, anchor, _ in self.headings} | {"content", "provenance", "parameters"}
        stem = slug(text)
        anchor = next(
            a for a in itertools.chain([stem], (f"{stem}-{n}" for n in itertools.count(2))) if a not in taken
        )
        self.headings.append((level, anchor, Markup(re.sub(r"</?a\b[^>]*>", "", text))))
        return level, anchor

    def outline(self) -> list[dict[str, Any]]:
        sections: list[dict[str, Any]] = []
        for level, anchor, html in self.headings:
            entry = {"id": anchor, "html": html, "parts": []}
            if level == 2:
                sections.append(entry)
            elif level == 3:
                sections[-1]["parts"].append(entry)
        return sections

    @property
    def phases(self) -> list[dict[str, Any]]:
        return phase_links(self.files, self.phase)

    @property
    def previous(self) -> dict[str, Any] | None:
        return self.neighbour(-1)

    @property
    def next(self) -> dict[str, Any] | None:
        return self.neighbour(1)

    def neighbour(self, step: int) -> dict[str, Any] | None:
        number = self.phase.number + step if self.phase else 0
        return next((p for p in self.phases if p["number"] == number and p["href"]), None)

    # Cells and outputs.

    def markdown(self, text: str, cell: NotebookNode) -> Markup:
        return Markup(self.render(text, cell))

    def inline(self, text: str, cell: NotebookNode) -> str:
        return re.sub(r"^<p>|</p>\s*$", "", self.render(text, cell))

    def render(self, text: str, cell: NotebookNode) -> str:
        renderer = Renderer(self)
        renderer.attachments = cell.get("attachments", {})
        try:
            return MarkdownWithMath(renderer, MathBlockParser(), Inline()).render(text)
        except ReportError as error:
            raise ReportError(f"{self.where(cell)}: {error}") from error

    def where(self, cell: NotebookNode) -> str:
        return f"cell {cell.metadata['position']} ({cell.cell_type})"

    def check(self, output: NotebookNode, cell: NotebookNode) -> None:
        """An output that would vanish from the report is an error."""
        data = output.get("data")
        if data is not None and not any(mime in data for mime in (*SHOWN, CHART, METRIC, PROVENANCE)):
            raise ReportError(f"{self.where(cell)}: the report cannot show {' or '.join(data) or 'an empty output'}")

    def code(self, source: str) -> Markup:
        return Markup(highlight(source.rstrip(), TypeScriptLexer(), HtmlFormatter(nowrap=True)))

    def outputs(self, cell: NotebookNode) -> list[tuple[str, list[NotebookNode]]]:
        """The cell's outputs by what they are shown as; neighbouring metrics and prints belong together."""

        def kind(output: NotebookNode) -> str:
            if output.output_type in ("stream", "error"):
                return output.output_type
            own = output.metadata.get("movielens", {}).get("kind")
            return own or ("chart" if CHART in output.data else next(m for m in SHOWN if m in output.data))

        groups: list[tuple[str, list[NotebookNode]]] = []
        for output in cell.get("outputs", []):
            if groups and groups[-1][0] == kind(output) == "metric":
                groups[-1][1].append(output)
            else:
                groups.append((kind(output), [output]))
        return groups

    def chart(self, output: NotebookNode) -> dict[str, Any]:
        self.figures += 1
        about = output.metadata.get("movielens", {})
        figure = output.data[CHART]
        layout = figure.get("layout", {})
        own_title = layout.get("title") or {}
        own_title = own_title.get("text") if isinstance(own_title, dict) else own_title
        svg = output.data.get("image/svg+xml")
        return {
            "id": f"figure-{self.figures}",
            "number": self.figures,
            "title": about.get("title") or own_title,
            "titled_image": bool(svg and own_title and escape(own_title, quote=False) in svg),
            "caption": about.get("caption", ""),
            "alt": self.alt(output),
            "height": int(layout.get("height", 400)) - (40 if own_title else 0),
            "image": data_uri("image/svg+xml", svg.encode()) if svg else None,
            "json": Markup(json.dumps(figure, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")),
        }

    def table(self, output: NotebookNode) -> dict[str, Any]:
        """The table without its caption and its note, which the page sets where they do not scroll away."""
        self.tables += 1
        soup = BeautifulSoup(output.data["text/html"], "html.parser")
        for element in soup.find_all(style=True):
            del element["style"]
        table = soup.table
        if table.caption:
            table.caption.extract()
        for cell in table.find_all("td"):
            if len(cell.get_text()) > 24:  # would be squeezed to a word a line where the table scrolls
                cell["class"] = [*cell.get("class", []), "long"]
        table["aria-labelledby"] = f"table-{self.tables}-caption"
        note = soup.select_one(".movielens-table-note")
        return {
            "id": f"table-{self.tables}",
            "number": self.tables,
            "caption": output.metadata["movielens"]["caption"],
            "html": Markup(str(table)),
            "note": note.get_text() if note else None,
        }

    def image(self, output: NotebookNode, mime: str) -> str:
        content = output.data[mime]
        return data_uri(mime, content.encode() if mime == "image/svg+xml" else base64.b64decode(content))

    def alt(self, output: NotebookNode) -> str:
        return output.metadata.get("movielens", {}).get("alt") or output.data.get("text/plain", "")

    def lines(self, text: str) -> str:
        count = len(text.splitlines())
        return f"{count} line{'' if count == 1 else 's'}"

    def plain(self, text: str) -> str:
        return strip_ansi(text).rstrip()


def words(name: str) -> str:
    """“sampleShare” → “Sample share”."""
    text = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name).lower()
    return text[:1].upper() + text[1:]


def plain(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def data_uri(mime: str, content: bytes) -> str:
    return f"data:{mime};base64,{base64.b64encode(content).decode()}"


def phase_links(files: dict[str, str], current: Phase | None = None) -> list[dict[str, Any]]:
    return [
        {"number": p.number, "title": p.title, "href": files.get(p.name), "current": p == current} for p in PHASES
    ]


# Pages.

ICON = (
    "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'><rect width='16' height='16' rx='3' fill='#0a5f94'/>"
    "<path d='M4 12V7M8 12V4M12 12V9' stroke='#fff' stroke-width='2'/></svg>"
)


@functools.cache
def page() -> dict[str, Any]:
    """What every page carries. Scripts are allowed by their hash, so nothing else can run; nothing can be fetched."""
    script = (TEMPLATE / "report.js").read_text("utf-8")
    plotly = PLOTLY.read_text("utf-8")
    hashes = " ".join(f"'sha256-{digest(text)}'" for text in (script, plotly))
    return {
        "policy": "; ".join(
            [
                "default-src 'none'",
                f"script-src {hashes}",
                "style-src 'unsafe-inline'",  # plotly.js makes its style sheet when it runs
                "img-src data: blob:",
                "base-uri 'none'",
                "form-action 'none'",
            ]
        ),
        "icon": "data:image/svg+xml," + quote(ICON, safe=" =:/'"),
        "css": Markup((TEMPLATE / "report.css").read_text("utf-8")),
        "script": Markup(script),
        "plotly": Markup(plotly),
    }


def digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


class ReportExporter(TemplateExporter):
    """nbconvert with this project's template, found by path: nothing is installed."""

    file_extension = ".html"
    output_mimetype = "text/html"

    def __init__(self) -> None:
        super().__init__(extra_template_basedirs=[str(TEMPLATE.parent)], template_name=TEMPLATE.name)

    def _create_environment(self):
        environment = super()._create_environment()
        environment.autoescape = True
        return environment

    def render(self, report: Report) -> str:
        self.environment.globals["report"] = report
        html, _ = self.from_notebook_node(report.notebook)
        return html


def checked(html: str) -> str:
    size = len(html.encode())
    if size > LARGEST_REPORT:
        raise ReportError(
            f"the report is {size / 1e6:.1f} MB, at most {LARGEST_REPORT / 1e6:.0f} MB are allowed: "
            "show fewer or smaller charts and tables"
        )
    return html.strip() + "\n"


def overview(reports: list[Report], dashboards: str | None) -> dict[str, Any]:
    by_phase = {report.phase: report for report in reports if report.phase}
    files = {report.path.stem: report.file for report in reports}
    return {
        "page": page(),
        "phases": phase_links(files),
        "entries": [
            {
                "number": phase.number,
                "title": phase.title,
                "report": by_phase.get(phase),
                "beside": [report for report in reports if report.beside and report.beside.number == phase.number],
            }
            for phase in PHASES
        ],
        "further": [report for report in reports if not report.phase and not report.beside],
        "dashboards": dashboards,
        "missing": [phase.title for phase in PHASES if phase not in by_phase],
    }


def render(notebooks: list[Path], out: Path, index: bool) -> list[Path]:
    """Writes the reports, all or none, and returns their paths, the index last."""
    reports = [named(path, lambda: Report(path)) for path in notebooks]
    reports.sort(key=lambda report: report.file)
    files = {report.path.stem: report.file for report in reports}
    if not index:  # some of the reports are renewed; the others may still be there
        files |= {phase.name: phase.file for phase in (*PHASES, *FURTHER) if (out / phase.file).exists()}
    exporter = ReportExporter()
    pages = {}
    for report in reports:
        report.files = files
        pages[out / report.file] = named(report.path, lambda: checked(exporter.render(report)))
    if index:
        template = exporter.environment.get_template("overview.html.j2")
        pages[out / "index.html"] = checked(template.render(overview=overview(reports, DASHBOARDS if (out / DASHBOARDS).exists() else None)))
    out.mkdir(parents=True, exist_ok=True)
    for path, html in pages.items():
        path.write_text(html, "utf-8", newline="\n")
    return list(pages)


def named(path: Path, make: Callable[[], Any]) -> Any:
    """What `make` makes; an error of it names the notebook."""
    try:
        return make()
    except ReportError as error:
        raise ReportError(f"{path.name}: {error}") from error


def main() -> int:
    parser = argparse.ArgumentParser(description="Render executed notebooks as self-contained HTML reports.")
    parser.add_argument("notebooks", nargs="+", type=Path, metavar="EXECUTED.ipynb")
    parser.add_argument("--out", type=Path, default=ROOT / "reports", metavar="DIR", help="default: reports")
    parser.add_argument("--index", action="store_true", help="write index.html over the notebooks given")
    arguments = parser.parse_args()
    try:
        for path in render(arguments.notebooks, arguments.out, arguments.index):
            print(path)
    except (ReportError, FileNotFoundError) as error:
        print(f"✗ {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
