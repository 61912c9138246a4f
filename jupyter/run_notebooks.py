"""Execute notebooks on the project's TypeScript kernel, as tests and for the reports.

    run_notebooks.py [--out DIR] [--timeout S] [--json] NOTEBOOK...
    run_notebooks.py --strip NOTEBOOK...

A notebook fails on a type error, a throw, a rejected promise (awaited or not), an exception in a timer, a
kernel that dies, a cell that takes longer than the timeout, and an output that the report cannot show.
A notebook that passes is written to DIR with its outputs. Exit code: 0 all passed, 1 some failed, 130 stopped.
With --json, every event is one JSON object a line: start, cell, end.
"""

from __future__ import annotations

import argparse
import asyncio
import copy
import difflib
import json
import os
import re
import signal
import sys
import tempfile
import time
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, AsyncIterator, Callable

from project import ROOT  # first: it says where Jupyter may write

import nbformat
from jupyter_client.kernelspec import NoSuchKernel
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

KERNEL = "tslab"
# A kernel is told free ports before it takes them; where another program was quicker it never answers.
START_SECONDS = (60, 60, 120)
# `await (…)` at the top of a cell is read as a call by tslab, so the promise has a name.
SETTLE = "const settled: Promise<void> = (globalThis as any).__settle__(); await settled;"

SHOWABLE = {
    "application/vnd.movielens.metric+json",
    "application/vnd.movielens.provenance+json",
    "application/vnd.plotly.v1+json",
    "image/png",
    "image/svg+xml",
    "text/html",
    "text/latex",
    "text/markdown",
    "text/plain",
}

STRAY = {
    "rejection": "a rejected promise that nothing awaits",
    "exception": "an exception outside any cell (a timer or an event)",
}


@dataclass
class Failure:
    """Why a notebook failed. `cell` counts all cells from 1; `line` counts the lines of that cell from 1."""

    kind: str
    message: str
    cell: int | None = None
    line: int | None = None
    source: str = ""
    trace: list[str] = field(default_factory=list)

    def text(self) -> str:
        where = f"cell {self.cell}: " if self.cell else ""
        lines = [f"{where}{self.message}"]
        if self.source:
            lines += ["", *excerpt(self.source, self.line), ""]
        return "\n".join([*lines, *self.trace])


class NotebookFailed(Exception):
    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.message)
        self.failure = failure


def excerpt(source: str, line: int | None, around: int = 3) -> list[str]:
    """The cell's text, the failing line marked; only its surroundings when the cell is long."""
    lines = source.splitlines()
    middle = line or 1
    first, last = max(1, middle - around), min(len(lines), middle + around)
    if len(lines) <= 12:
        first, last = 1, len(lines)
    width = len(str(last))
    return [
        f"{'>' if number == line else ' '} {number:>{width}} | {lines[number - 1]}"
        for number in range(first, last + 1)
    ]


class Run:
    """One notebook on one kernel."""

    def __init__(self, path: Path, timeout: int, tell: Callable[..., None]) -> None:
        self.path = path
        self.timeout = timeout
        self.tell = tell
        self.notebook = nbformat.read(path, as_version=4)
        self.total = len(self.notebook.cells)
        self.executed: list[int] = []
        self.log_read = 0

    async def execute(self) -> None:
        with tempfile.TemporaryDirectory(prefix="notebook-") as folder:
            self.log = Path(folder) / "guard.jsonl"
            self.log.touch()
            try:
                async with self.kernel() as client:
                    await self.cells(client)
            except NoSuchKernel:
                raise self.failed("kernel", f"no kernel “{KERNEL}” in {os.environ['JUPYTER_PATH']}")

    @asynccontextmanager
    async def kernel(self) -> AsyncIterator[NotebookClient]:
        env = {**os.environ, "KERNEL_GUARD_LOG": str(self.log)}
        channels = None
        try:
            for attempt, seconds in enumerate(START_SECONDS, start=1):
                self.manager = AsyncKernelManager(kernel_name=KERNEL)
                await self.manager.start_kernel(cwd=str(self.path.parent), env=env)
                channels = self.manager.client()
                channels.start_channels()
                try:
                    await channels.wait_for_ready(timeout=seconds)
                    break
                except RuntimeError as error:
                    if attempt == len(START_SECONDS):
                        raise self.failed("kernel", f"the kernel did not start: {error}") from None
                    print(f"{self.path.name}: {error}; starting it again", file=sys.stderr)
                    channels.stop_channels()
                    await self.manager.shutdown_kernel(now=True)
            client = NotebookClient(
                self.notebook,
                km=self.manager,
                timeout=self.timeout,
                force_raise_errors=True,
                record_timing=False,
            )
            client.kc = channels
            client.log.disabled = True
            client.reset_execution_trackers()
            yield client
        finally:
            if channels:
                channels.stop_channels()
            if self.manager.has_kernel:
                await self.manager.shutdown_kernel(now=True)

    async def cells(self, client: NotebookClient) -> None:
        for index, cell in enumerate(self.notebook.cells):
            self.tell("cell", cell=index + 1, of=self.total)
            if cell.cell_type != "code" or not cell.source.strip():
                continue
            self.executed.append(index)
            await self.cell(client, cell, index)
            check_outputs(cell, lambda message: self.failed("output", message, index))
        if not self.executed:
            return
        settle = nbformat.v4.new_code_cell(SETTLE)
        self.notebook.cells.append(settle)
        try:
            self.executed.append(self.total)
            await self.cell(client, settle, self.total)
        finally:
            self.notebook.cells.pop()

    async def cell(self, client: NotebookClient, cell: Any, index: int) -> None:
        try:
            await client.async_execute_cell(cell, index, execution_count=len(self.executed))
        except CellTimeoutError:
            raise self.failed(
                "timeout", f"took longer than {self.timeout} s (--timeout)", self.settled(index)
            ) from None
        except (DeadKernelError, RuntimeError):
            raise self.failed("dead-kernel", await self.death(), self.settled(index)) from None
        except CellExecutionError:
            self.explain(cell, index)
        self.raise_strays()

    def settled(self, index: int) -> int:
        """A failure while settling, after the last cell, is shown at the last cell."""
        return self.executed[-2] if index == self.total else index

    async def death(self) -> str:
        code = await self.manager.provisioner.poll() if self.manager.provisioner else None
        if code is not None and code < 0:
            return f"the kernel was killed ({signal.Signals(-code).name})"
        return "the kernel ended" if code is None else f"the kernel ended with exit code {code}"

    def failed(
        self,
        kind: str,
        message: str,
        index: int | None = None,
        line: int | None = None,
        trace: list[str] | None = None,
    ) -> NotebookFailed:
        source = self.notebook.cells[index].source if index is not None else ""
        cell = None if index is None else index + 1
        return NotebookFailed(Failure(kind, message, cell, line, source, trace or []))

    def guard_entries(self) -> list[dict[str, Any]]:
        lines = self.log.read_text(encoding="utf-8").splitlines()
        fresh, self.log_read = lines[self.log_read :], len(lines)
        return [json.loads(line) for line in fresh]

    def explain(self, cell: Any, index: int) -> None:
        """Why the kernel reported an error for this cell."""
        entries = self.guard_entries()
        self.raise_strays(entries)
        entry = next(entry for entry in entries if entry["kind"] == "failed")
        diagnostics = re.findall(r"^(?:\S+ )?(\d+):(\d+) - (.*)$", entry["text"], re.MULTILINE)
        if diagnostics:
            # The kernel leaves the place-holders of a nested message unfilled: "%s%d:%d - %s  2 39 Type …".
            diagnostics = [(line, column, re.sub(r"\s*%s%d:%d - %s\s+\d+ \d+ ", "; ", message)) for line, column, message in diagnostics]
            trace = [f"line {line}, column {column}: {message}" for line, column, message in diagnostics]
            first = diagnostics[0]
            raise self.failed("type-error", f"type error: {first[2]}", index, int(first[0]), trace)
        self.raise_error("exception", "", entry, index)

    def raise_strays(self, entries: list[dict[str, Any]] | None = None) -> None:
        for entry in self.guard_entries() if entries is None else entries:
            if entry["kind"] in STRAY:
                surfaced = self.settled(self.executed[min(entry["cell"], len(self.executed)) - 1])
                self.raise_error(f"stray-{entry['kind']}", f"{STRAY[entry['kind']]}: ", entry, surfaced)

    def raise_error(self, kind: str, prefix: str, entry: dict[str, Any], index: int) -> None:
        trace = clean(entry["text"])
        line = None
        place = re.search(r"\bcell-(\d+):(\d+)", entry["text"])
        if place and int(place[1]) <= len(self.executed):
            number = int(place[1])
            index = self.executed[number - 1]
            line = self.source_line(entry["code"].get(str(number), ""), int(place[2]), index)
        message = trace[0] if trace else "failed"
        frames = [self.renamed(step, entry["code"]) for step in trace]
        # What tslab wraps around a cell is a frame without a line; a proxy repeats the frame below it.
        frames = [step for step in frames if not re.fullmatch(r"\s+at cell \d+", step)]
        frames = [step for number, step in enumerate(frames) if number == 0 or step != frames[number - 1]]
        if entry.get("mend"):
            frames.append(f"→ {entry['mend']}")
        raise self.failed(kind, prefix + message, index, line, frames)

    def renamed(self, step: str, code: dict[str, str]) -> str:
        """`cell-3:7:11` counts executions and compiled lines; a person counts cells and TypeScript lines."""

        def place(found: re.Match[str]) -> str:
            number = int(found[1])
            if number > len(self.executed):
                return found[0]
            index = self.executed[number - 1]
            line = self.source_line(code.get(found[1], ""), int(found[2]), index)
            return f"cell {index + 1}" + (f", line {line}" if line else "")

        return re.sub(r"\bcell-(\d+):(\d+):\d+", place, step)

    def source_line(self, compiled: str, line: int, index: int) -> int | None:
        """The line of the cell that a compiled line came from: types are gone there, so the most alike."""
        compiled_lines = compiled.splitlines()
        if not 1 <= line <= len(compiled_lines) or index >= len(self.notebook.cells):
            return None
        wanted = re.sub(r"^\((async )?function\(exports, require\) \{ ", "", compiled_lines[line - 1]).strip()
        likeness = [
            difflib.SequenceMatcher(None, wanted, text.strip(), autojunk=False).ratio()
            for text in self.notebook.cells[index].source.splitlines()
        ]
        best = max(likeness, default=0)
        if best < 0.5:
            return None
        alike = [number for number, value in enumerate(likeness, 1) if value >= best - 1e-9]
        return min(alike, key=lambda number: abs(number - line))


def clean(text: str) -> list[str]:
    """A stack as a person reads it: no colours, no frames of Node or of packages, paths from the project."""
    text = re.sub(r"\x1b\[[0-9;]*m", "", text)
    text = re.sub(r"^.+:\d+\n.*\n\s*\^+\s*\n+", "", text)
    text = text.replace("file://", "").replace(str(ROOT) + os.sep, "").replace("at Proxy.", "at ")
    noise = re.compile(r"^\s+at .*(node:|node_modules|kernel-guard\.cjs|<anonymous>\)?$|Promise\.race)")
    return [line for line in text.splitlines() if line.strip() and not noise.search(line)]


def check_outputs(cell: Any, failed: Callable[[str], NotebookFailed]) -> None:
    for output in cell.outputs:
        if output.output_type == "error":
            raise failed(f"{output.ename}: {output.evalue}")
        if output.output_type not in ("display_data", "execute_result"):
            continue
        strange = sorted(set(output.data) - SHOWABLE)
        if strange:
            raise failed(f"an output that the report cannot show: {', '.join(strange)}")
        html = output.data.get("text/html", "")
        if re.search(r"<script|<iframe|\b(?:src|srcset)\s*=\s*[\"']?\s*(?:https?:)?//", html, re.IGNORECASE):
            raise failed("an output that the report cannot show: HTML with a script or a request to a server")


def strip(path: Path) -> bool:
    """Removes outputs, execution counts and what editors add; true when the file changed."""
    before = nbformat.read(path, as_version=4)
    notebook = copy.deepcopy(before)
    kernelspec = {"display_name": "TypeScript (MovieLens)", "language": "typescript", "name": KERNEL}
    language = notebook.metadata.get("language_info", {"file_extension": ".ts", "name": "typescript"})
    notebook.metadata = nbformat.from_dict({"kernelspec": kernelspec, "language_info": language})
    for cell in notebook.cells:
        cell.metadata = {key: value for key, value in cell.metadata.items() if key == "tags" and value}
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    changed = bool(notebook != before)
    if changed:
        nbformat.write(notebook, path)
    return changed


async def run(path: Path, options: argparse.Namespace, tell: Callable[..., None]) -> bool:
    started = time.monotonic()
    name = os.path.relpath(path)
    failure = None
    cells = 0
    tell("start", notebook=name)
    try:
        job = Run(path.resolve(), options.timeout, lambda event, **more: tell(event, notebook=name, **more))
        cells = job.total
        await job.execute()
        if options.out:
            options.out.mkdir(parents=True, exist_ok=True)
            job.notebook.metadata["movielens"] = {
                "executedAt": datetime.now(timezone.utc).isoformat(timespec="seconds"),
                "seconds": round(time.monotonic() - started, 1),
            }
            nbformat.write(job.notebook, options.out / path.name)
    except NotebookFailed as error:
        # A cancelled cell looks to nbclient like a dead kernel.
        failure = Failure("stopped", "stopped") if options.stopped else error.failure
    except (OSError, nbformat.reader.NotJSONError, nbformat.ValidationError) as error:
        failure = Failure("notebook", f"cannot be read or written: {error}")
    tell(
        "end",
        notebook=name,
        ok=failure is None,
        cells=cells,
        seconds=round(time.monotonic() - started, 2),
        failure=None if failure is None else {**asdict(failure), "text": failure.text()},
    )
    return failure is None


async def run_all(options: argparse.Namespace) -> int:
    tell = tell_json if options.json else tell_person
    options.stopped = False

    def stop() -> None:
        options.stopped = True
        work.cancel()

    async def each() -> bool:
        passed = True
        for path in options.notebooks:
            if not options.stopped:
                passed = await run(path, options, tell) and passed
        return passed

    work = asyncio.ensure_future(each())
    if os.name == "posix":
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            asyncio.get_running_loop().add_signal_handler(number, stop)
    try:
        passed = await work
    except asyncio.CancelledError:
        passed = False
    return 130 if options.stopped else 0 if passed else 1


def tell_json(event: str, **more: Any) -> None:
    print(json.dumps({"event": event, **more}, ensure_ascii=False), flush=True)


def tell_person(event: str, **more: Any) -> None:
    live = sys.stderr.isatty()
    if event == "cell" and live:
        print(f"\r\x1b[K     {more['notebook']}: cell {more['cell']} of {more['of']}", end="", file=sys.stderr)
    if event == "end":
        if live:
            print("\r\x1b[K", end="", file=sys.stderr)
        print(f"{'ok  ' if more['ok'] else 'FAIL'} {more['notebook']} {more['seconds']:.1f} s", flush=True)
        if more["failure"]:
            print("     " + more["failure"]["text"].replace("\n", "\n     "), flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("notebooks", nargs="+", type=Path, metavar="NOTEBOOK")
    parser.add_argument("--out", type=Path, metavar="DIR", help="where executed notebooks are written")
    parser.add_argument("--timeout", type=int, default=600, metavar="S", help="seconds for one cell (600)")
    parser.add_argument("--json", action="store_true", help="events as JSON lines")
    parser.add_argument("--strip", action="store_true", help="remove outputs in place instead of executing")
    options = parser.parse_args()
    if options.strip:
        for path in options.notebooks:
            print(f"{'stripped' if strip(path) else 'clean   '} {path}")
        return 0
    Path(os.environ["JUPYTER_RUNTIME_DIR"]).mkdir(parents=True, exist_ok=True)
    return asyncio.run(run_all(options))


if __name__ == "__main__":
    sys.exit(main())
