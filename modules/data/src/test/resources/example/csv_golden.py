"""Writes csv-golden.json: tables and their rows as Python's csv module reads them (strict). Run: python3 csv_golden.py > csv-golden.json"""
import csv
import io
import json
import random
import sys

FIELDS = ["", "a", "two words", "x,y", "x;y", "x\ty", 'say "hi"', '"', '""', "line\nbreak", "line\r\nbreak", "line\rbreak",
          " blanks ", "Grüße", "日本語", "😀", "'single'", "\\", "\\n", "#hash", "1e-3", "NULL", "\u2028", "=1+1", "-"]


def rows(text, delimiter, quoted):
    quoting = csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE
    read = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, quoting=quoting, strict=True)
    kept = [row for row in read if row]
    assert all(len(row) == len(kept[0]) for row in kept), text
    return kept


def case(name, text, delimiter=",", quoted=True):
    return {"name": name, "text": text, "quoted": quoted, "rows": rows(text, delimiter, quoted)}


def main():
    draw = random.Random(7)
    cases = [
        case("a.csv", "a,b\n1,2\n"),
        case("a.csv", "a,b\n1,2"),
        case("a.csv", "a,b\r\n1,2\r\n\r\n3,4\r\n"),
        case("a.csv", "a,b\r1,2\r"),
        case("a.csv", "a,b\n,\n"),
        case("a.csv", 'a,b\n"",""\n'),
        case("a.csv", 'a,b\n"x\n\ny","say ""hi"""\n'),
        case("a.csv", 'a,b\nx"y"z, "q"\n'),
        case("a.csv", 'a;b\n"1;2";3,5\n', ";"),
        case("a.csv", "a,b;c\n1,2\n"),
        case("a.tsv", 'a\tb\n"x\ty"\tz, "w"\n', "\t"),
        case("a.tsv", 'a\tb\n"x\t"y" z\n', "\t", False),
        case("a.tsv", "a;b\n1;2\n", "\t"),
        case("a.csv", "\n\na,b\n\n1,2\n\n\n"),
    ]
    for i in range(60):
        delimiter, name = [(",", "r.csv"), (";", "r.csv"), ("\t", "r.tsv")][i % 3]
        out = io.StringIO(newline="")
        width = draw.randint(2, 5)
        end = draw.choice(["\n", "\r\n"])  # with LF alone, the module's writer leaves a lone CR unquoted
        quoting = csv.QUOTE_ALL if end == "\n" else draw.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
        writer = csv.writer(out, delimiter=delimiter, lineterminator=end, quoting=quoting)
        writer.writerow([f"c{j}" for j in range(width)])
        for _ in range(draw.randint(0, 6)):
            writer.writerow([draw.choice(FIELDS) for _ in range(width)])
        cases.append(case(name, out.getvalue(), delimiter))
    json.dump(cases, sys.stdout, indent=1)
    sys.stdout.write("\n")


main()
