#!/usr/bin/env python3
"""Measures the whole program on libraries that it generates, against its floor: bare Typst
on the same sources, with the same fonts, on as many threads (`benches/floor.rs`).

    whole-program.py                  1,000 and 10,000 roles; about an hour
    whole-program.py --scale 0.01     10 and 100 roles; a minute
    whole-program.py --only large     the table of 10,000 roles alone

Prints tables in Markdown, and which of the targets are met. Both sides of a row are measured in turn in one run, and a ratio
is the median of its rounds; figures of different runs are not compared. Peak memory is
what the system counts as the largest resident set of the process. Needs Python 3.9, and
nothing else; `cargo bench --no-run` must have built the two programs, or the script does it.
"""

import argparse
import json
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import large_library

REPOSITORY = pathlib.Path(__file__).resolve().parent.parent
# Behind it, a file has figures.
FIGURES = "<!-- figures -->"
# The tables that there are.
PARTS = ("document", "small", "large")
# The targets as BENCHMARKS.md states them, and what meets them.
MANY_PDFS = ("PDFs of many roles", "at most 1.10 times the floor", lambda row: row.ratio <= 1.10)
MEMORY = ("10,000 roles in three formats", "under 150 MB", lambda row: row.megabytes < 150)
EDITED = ("one role edited, of 10,000", "under 0.5 s", lambda row: row.seconds < 0.5)
UNCHANGED = ("nothing changed, of 10,000", "under 0.3 s", lambda row: row.seconds < 0.3)
TARGETS = (MANY_PDFS, MEMORY, EDITED, UNCHANGED)

ENVIRONMENT = {**os.environ, "LC_ALL": "C.UTF-8", "NO_COLOR": "1", "SOURCE_DATE_EPOCH": "1793491200"}  # 2026-11-01


class Cost:
    """What a run cost: seconds, and the largest resident set in MB."""

    def __init__(self, seconds, megabytes, said):
        self.seconds, self.megabytes, self.said = seconds, megabytes, said


def run(command, fine=(0,)):
    """Runs a program to its end."""
    with tempfile.TemporaryFile() as messages:
        begun = time.perf_counter()
        process = subprocess.Popen(
            [str(part) for part in command],
            env=ENVIRONMENT, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=messages,
        )
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
        messages.seek(0)
        said = messages.read().decode("utf-8", "replace")
    if process.returncode not in fine:
        sys.exit(f"{' '.join(map(str, command))}\nended with {process.returncode}:\n{said[-3000:]}")
    unit = 1e6 if sys.platform == "darwin" else 1e3
    return Cost(seconds, usage.ru_maxrss / unit, said)


def built():
    """The programs as `cargo bench` makes them: rolebook and the floor."""
    command = ["cargo", "bench", "--no-run", "--message-format", "json", "--bench", "floor"]
    done = subprocess.run(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True, check=True)
    found = {}
    for line in done.stdout.splitlines():
        message = json.loads(line)
        if message.get("executable"):
            found[message["target"]["name"]] = message["executable"]
    return found["rolebook"], found["floor"]


class Report:
    """What is said of a run: printed as it comes, and put into a file of figures after each
    row, so that a run that is killed keeps what it has."""

    def __init__(self, into):
        self.into, self.lines = into, []
        if into and FIGURES not in into.read_text(encoding="utf-8"):
            sys.exit(f"{into} has no line {FIGURES}")

    def say(self, *lines):
        for line in lines:
            print(line, flush=True)
        self.lines.extend(lines)
        if self.into:
            before, mark, _ = self.into.read_text(encoding="utf-8").partition(FIGURES)
            self.into.write_text(before + mark + "\n\n" + "\n".join(self.lines) + "\n", encoding="utf-8")


class Row:
    """The figures of a row: seconds, the largest resident set in MB, the ratio to the floor, if
    it has one, and the targets that its table is compared with."""

    def __init__(self, what, took, megabytes, ratio, targets):
        self.what, self.seconds, self.megabytes, self.ratio = what, took, megabytes, ratio
        self.targets = targets

    def figure(self, target):
        """What a target looks at."""
        if target is MANY_PDFS:
            return f"{self.ratio:.2f}"
        return f"{self.megabytes:.0f} MB" if target is MEMORY else seconds(self.seconds)


class Table:
    """A table in Markdown whose rows are printed as they come."""

    def __init__(self, title, report, targets=()):
        self.title, self.report, self.targets = title, report, targets
        report.say(f"\n### {title}\n", "| what | rolebook | floor | ratio | peak memory | rounds |", "| --- | ---: | ---: | ---: | ---: | ---: |")

    def row(self, what, ours, floor=()):
        took = statistics.median(cost.seconds for cost in ours)
        memory = max(cost.megabytes for cost in ours)
        below, shown, ratio = "–", "–", None
        if floor:
            below = seconds(statistics.median(cost.seconds for cost in floor))
            ratio = statistics.median(a.seconds / b.seconds for a, b in zip(ours, floor))
            shown = f"{ratio:.2f}"
        self.report.say(f"| {what} | {seconds(took)} | {below} | {shown} | {memory:.0f} MB | {len(ours)} |")
        return Row(f"{what}, {self.title}", took, memory, ratio, self.targets)


def seconds(value):
    return f"{value * 1000:.0f} ms" if value < 1 else f"{value:.2f} s" if value < 100 else f"{value:.0f} s"


def in_turn(rounds, *works):
    """Does each of these in turn, so many times; what each of them cost."""
    costs = [[] for _ in works]
    for _ in range(rounds):
        for cost, work in zip(costs, works):
            cost.append(work())
    return costs


class Bench:
    def __init__(self, arguments, work, report):
        self.report, self.measured = report, []
        self.rolebook, self.floor = arguments.rolebook, arguments.floor
        self.threads, self.rounds, self.work = arguments.threads, arguments.rounds, work

    def build(self, library, out, *more, fine=(0,)):
        jobs = ("--jobs", self.threads, "--no-system-fonts", "--lang", "zh-CN")
        return run([self.rolebook, "build", library, "--out", out, *jobs, *more], fine)

    def bare(self, sources):
        out = self.work / "bare"
        cost = run([self.floor, "bare", sources, out, self.threads])
        shutil.rmtree(out)
        return cost

    def sources(self, library, *roles):
        """What rolebook hands to Typst for these roles of a library, or for all."""
        folder = self.work / f"sources-{library.name}-{len(roles)}"
        run([self.floor, "sources", library, folder, "zh-CN", *roles])
        return folder

    def library(self, roles):
        folder = self.work / f"library-{roles}"
        if not folder.exists():
            large_library.library(folder, roles)
        return folder

    def fresh(self, library, *more):
        """A build into an empty folder."""
        out = self.work / "fresh"
        shutil.rmtree(out, ignore_errors=True)
        return self.build(library, out, *more)

    def one(self):
        """A library of which one role is typeset, that role, and its sources for the floor."""
        library = self.library(100)
        role = large_library.identifier(large_library.leaf(100))
        return library, role, self.sources(library, role)

    def single(self):
        table = Table("One document", self.report)
        library, role, sources = self.one()
        ours, floor = in_turn(
            max(3, self.rounds * 7),
            lambda: self.fresh(library, "--format", "pdf", "--role", role),
            lambda: self.bare(sources),
        )
        expect(ours, r"\b1 role, 1 file in ")
        table.row("one PDF, cold", ours, floor)

    def bulk(self, library, roles, targets):
        table = Table(f"{roles:,} roles", self.report, targets)
        sources = self.sources(library)
        ours, floor = in_turn(
            self.rounds, lambda: self.fresh(library, "--format", "pdf"), lambda: self.bare(sources)
        )
        expect(ours, rf"\b{roles} roles, {roles} files in ")
        self.measured.append((MANY_PDFS, table.row("all PDFs", ours, floor)))
        all_formats, again = in_turn(self.rounds, lambda: self.fresh(library), lambda: self.bare(sources))
        expect(all_formats, rf"\b{roles} roles, {roles * 3} files in ")
        self.measured.append((MEMORY, table.row("three formats (the floor: the PDFs)", all_formats, again)))
        shutil.rmtree(sources)
        out = self.work / "fresh"
        self.edited(table, library, roles, out)
        unchanged = [self.build(library, out) for _ in range(max(3, self.rounds * 3))]
        expect(unchanged, rf", 0 files written, {roles * 3} unchanged in ")
        self.measured.append((UNCHANGED, table.row("nothing changed", unchanged)))
        dry = [self.build(library, out, "--dry-run") for _ in range(self.rounds)]
        expect(dry, rf"\b0 files to write, {roles * 3} unchanged in ")
        table.row("`--dry-run`", dry)
        shutil.rmtree(out)
        check = [self.rolebook, "check", library, "--format", "short", "--jobs", self.threads]
        checked = [run(check, (0, 1)) for _ in range(self.rounds)]
        expect(checked, rf"\b{roles} roles checked, ")
        table.row("`check`", checked)
        return table

    def edited(self, table, library, roles, out):
        """One role edited, whose three documents are to be made again."""
        path = library / "roles" / f"{large_library.identifier(large_library.leaf(roles))}.json"
        text = path.read_text(encoding="utf-8")
        # Of what was written a moment ago, the next build reads the content to be sure.
        time.sleep(2)
        self.build(library, out)
        _, _, one = self.one()
        ours, floor = [], []
        for number in range(max(3, self.rounds * 3)):
            path.write_text(text.replace('"summary": {\n    "zh-CN": "', f'"summary": {{\n    "zh-CN": "第{number}版：'), encoding="utf-8")
            time.sleep(0.3)
            ours.append(self.build(library, out))
            floor.append(self.bare(one))
        expect(ours, rf", 3 files written, {roles * 3 - 3} unchanged in ")
        self.measured.append((EDITED, table.row("one role edited (the floor: one PDF)", ours, floor)))
        path.write_text(text, encoding="utf-8")
        self.build(library, out)
        time.sleep(2)
        self.build(library, out)

    def others(self, library, roles, table):
        """The commands that look at a whole library."""
        jobs = ("--jobs", self.threads, "--no-system-fonts")
        matrix = self.work / "matrix.html"
        compare = [self.rolebook, "compare", "--matrix", "--library", library, "--ui-lang", "en", "--out", matrix]
        compared = [run(compare) for _ in range(self.rounds)]
        if not re.search(rf"\b{roles} roles, by their ", matrix.read_text(encoding="utf-8")):
            sys.exit(f"{matrix} is not of {roles} roles")
        table.row("`compare --matrix`", compared)
        site = [self.rolebook, "site", library, *jobs, "--today", "2026-11-01", "--out", self.work / "site"]

        def published():
            shutil.rmtree(self.work / "site", ignore_errors=True)
            return run(site)

        sites = [published() for _ in range(self.rounds)]
        expect(sites, rf"\b{large_library.openings(roles)} openings? open, ")
        table.row(f"`site`, one role in {large_library.OPENING} is an opening", sites)
        book = [self.rolebook, "book", library, *jobs, "--lang", "zh-CN", "--out", self.work / "book.pdf"]
        books = [run(book) for _ in range(self.rounds)]
        expect(books, rf"book\.pdf: {roles} roles, ")
        table.row("`book`", books)

    def compare_with_targets(self):
        """Says of each target whether what was measured meets it; those that are of 10,000
        roles are not compared with the table of fewer."""
        lines = [
            f"| {what} | {limit} | {row.what} | {row.figure(target)} | {'met' if meets(row) else '**not met**'} |"
            for target, row in self.measured
            if target in row.targets
            for what, limit, meets in [target]
        ]
        if lines:
            self.report.say("\n### Targets\n", "| target | | measured | figure | |", "| --- | --- | --- | ---: | --- |", *lines)


def expect(costs, words):
    """The runs must have done what their row says."""
    for cost in costs:
        if not re.search(words, cost.said):
            sys.exit(f"no `{words}` in:\n{cost.said[-2000:]}")


def machine(threads, report):
    """What the figures were measured on."""
    model, memory = "", ""
    try:
        model = re.search(r"model name\s*: (.*)", pathlib.Path("/proc/cpuinfo").read_text()).group(1)
        kilobytes = int(re.search(r"MemTotal: +(\d+)", pathlib.Path("/proc/meminfo").read_text()).group(1))
        memory = f", {kilobytes / 1e6:.0f} GB of memory"
    except (OSError, AttributeError):
        pass
    version = run_for_text(["rustc", "--version"]) or "an unknown rustc"
    commit = run_for_text(["git", "-C", REPOSITORY, "describe", "--always", "--dirty"]) or "an unknown commit"
    report.say(
        f"Measured on {time.strftime('%Y-%m-%d')} at {commit}, built by {version}: {model or 'an unknown processor'}, "
        f"{threads} threads on {os.cpu_count()} cores{memory}, {os.uname().sysname}."
    )


def run_for_text(command):
    """What a program prints; nothing if it is not there."""
    try:
        done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return done.stdout.strip()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", type=float, default=1.0, help="so many times 1,000 and 10,000 roles")
    parser.add_argument("--only", choices=PARTS, action="append", help="make this table alone; can be given several times")
    parser.add_argument("--rounds", type=int, default=3, help="how often each row is measured, at least")
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count())
    parser.add_argument("--rolebook", help="the program; by default as `cargo bench` builds it")
    parser.add_argument("--floor", help="the bench `floor`; by default as `cargo bench` builds it")
    parser.add_argument("--into", type=pathlib.Path, help=f"a file to put the figures into, behind its line {FIGURES}")
    parser.add_argument("--work", type=pathlib.Path, help="where to keep libraries and documents meanwhile")
    arguments = parser.parse_args()
    if not (arguments.rolebook and arguments.floor):
        arguments.rolebook, arguments.floor = built()
    stated = (REPOSITORY / "BENCHMARKS.md").read_text(encoding="utf-8")
    for what, limit, _ in TARGETS:
        if f"| {what} | {limit} |" not in stated:
            sys.exit(f"BENCHMARKS.md does not state the target `{what}`, {limit}")
    parts = arguments.only or PARTS
    report = Report(arguments.into)
    machine(arguments.threads, report)
    if arguments.work:
        pathlib.Path(arguments.work).mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=arguments.work) as work:
        bench = Bench(arguments, pathlib.Path(work), report)
        small, large = (max(10, round(roles * arguments.scale)) for roles in (1_000, 10_000))
        if "document" in parts:
            bench.single()
        if "small" in parts:
            library = bench.library(small)
            bench.others(library, small, bench.bulk(library, small, (MANY_PDFS,)))
        if "large" in parts and (large > small or "small" not in parts):
            bench.bulk(bench.library(large), large, TARGETS)
        bench.compare_with_targets()


if __name__ == "__main__":
    main()
