"""`manage.py evaluate_support`: the figures of a file of rows, the errors as one line."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

pytestmark = pytest.mark.django_db

ROWS = [
    {"claim": "연차 휴가는 15일입니다.", "evidence": ["직원에게는 15일의 연차 휴가를 줍니다."], "label": "supported"},
    {"claim": "연차 휴가는 25일입니다.", "evidence": ["직원에게는 15일의 연차 휴가를 줍니다."], "label": "refuted"},
    {"claim": "점심은 무료입니다.", "evidence": [], "label": "not_supported"},
    {"claim": "A VPN session lasts 10 hours.", "evidence": ["A VPN session lasts ten hours."], "label": "supported"},
    {"claim": "A VPN session lasts 12 hours.", "evidence": "Yes. A VPN session lasts ten hours.", "label": "refuted"},
]  # fmt: skip


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "rows.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in ROWS) + "\n\n", "utf-8")
    return path


def evaluated(path, *options):
    out = StringIO()
    call_command("evaluate_support", str(path), *options, stdout=out, stderr=StringIO())
    return out.getvalue()


def test_json_holds_four_figures_and_nothing_else(file):
    assert json.loads(evaluated(file, "--json")) == {"rows": 5, "auc": 1.0, "accuracy": 1.0, "threshold": 0.5}


def test_the_table_has_the_figures_of_each_language_and_feature(file):
    table = evaluated(file)

    assert "Trust in all-MiniLM-L6-v2" in table
    assert [line.split()[:2] for line in table.splitlines() if line.startswith(("all ", "en ", "ko "))] == [
        ["all", "5"],
        ["en", "2"],
        ["ko", "3"],
    ]
    assert any(line.startswith("missing_facts") for line in table.splitlines())
    assert table.splitlines()[-2].split() == ["refuted", "2", "0.000", "0.000", "1.000"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "line 6 is no JSON"),
        ("[]", "line 6 is no object"),
        ('{"evidence": [], "label": "supported"}', "line 6 has no claim"),
        ('{"claim": "x", "evidence": []}', "line 6 has no label"),
        ('{"claim": "x", "evidence": [1], "label": "supported"}', "line 6: evidence has to be a list"),
    ],
)
def test_a_bad_line_is_named(file, line, said):
    file.write_text(file.read_text("utf-8").rstrip() + "\n" + line, "utf-8")

    with pytest.raises(CommandError, match=said):
        evaluated(file)


def test_a_file_that_is_not_there_or_has_one_kind_of_rows_is_refused(tmp_path):
    path = tmp_path / "rows.jsonl"
    path.write_text(json.dumps(ROWS[0]), "utf-8")

    with pytest.raises(CommandError, match="another one"):
        evaluated(path)
    with pytest.raises(CommandError, match="cannot be read"):
        evaluated(tmp_path / "other.jsonl")
