"""TPC-H at scale 1: the questions asked in the language give the answers of the official SQL; how long both take."""

import sys

import duckdb
from options import ROOT, Options
from report import Report
from sections.sql import TARGET, fetch, milliseconds
from timing import pairs

SCALE = 1


def measure(report: Report, options: Options) -> None:
    sys.path.append(
        str(ROOT)
    )  # the questions and their official SQL lie beside the tests that ask them at a small scale
    import metricdsl
    from tests.tpch import data, questions

    folder = options.folder / f"tpch-{SCALE}"
    path = data.to_duckdb(data.generate(folder, SCALE), folder / f"tpch-{duckdb.__version__}.duckdb")
    report.say(
        f"The eight tables at scale {SCALE} (6 million lines of orders) in a DuckDB file; official SQL with the "
        "specification's validation parameters.\n"
    )
    fraction = questions.important(SCALE)
    project_folder = questions.write_project(
        options.folder / "tpch-project", {"url": f"duckdb:///{path.as_posix()}"}
    )
    asked = {}
    with metricdsl.open(project_folder) as project:
        for name in questions.OFFICIAL:
            given = {"important": fraction} if name == "q11" else {}
            query = project.query(name, parameters=given)
            with query.run() as result:
                answer = questions.picked(result.names, list(result.rows), questions.our_columns(name))
            asked[name] = query.sql(), answer
    rows, slower = [], []
    with duckdb.connect(str(path), read_only=True) as connection:
        for name, (ours, answer) in asked.items():
            official = questions.official_sql(name).replace("$fraction", repr(fraction))
            expected = fetch(connection, official)
            same = questions.same_rows(answer, expected)
            report.target(f"tpch, {name}: same rows", "all", "all" if same else "others", met=same)
            ratio = pairs(
                lambda ours=ours: fetch(connection, ours),
                lambda official=official: fetch(connection, official),
                options.pairs,
            )
            found = f"{ratio.median:.2f} ({ratio.low:.2f} to {ratio.high:.2f})"
            met = ratio.high <= TARGET
            report.target(f"tpch, {name}: upper end", f"≤ {TARGET:.2f}", found, met=met)
            if not met:
                slower.append((name, ours))
            cells = ["same" if same else "DIFFERENT", milliseconds(ratio.first), milliseconds(ratio.second)]
            rows.append([name, f"{len(expected):,}", *cells, found])
            report.save()
    report.table(["question", "rows", "answer", "ours", "official", "ratio, 95 % interval"], rows)
    for name, ours in slower:
        report.say(f"\n{name}, our SQL:")
        report.block(ours)
