"""The notebooks run from the top on an empty folder, and show what they say."""

from pathlib import Path

import pytest

nbformat = pytest.importorskip(
    "nbformat", reason="running the notebooks needs nbformat (extra `test`)"
)
nbclient = pytest.importorskip(
    "nbclient", reason="running the notebooks needs nbclient (extra `test`)"
)
pytest.importorskip("ipykernel", reason="running the notebooks needs ipykernel (extra `test`)")

NOTEBOOKS = sorted(Path(__file__).parents[2].glob("notebooks/*.ipynb"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=[path.stem for path in NOTEBOOKS])
def test_a_notebook_runs_from_the_top_in_an_empty_folder(path, tmp_path, monkeypatch):
    # One block of each simulation: that the cells run is looked at here, and no verdict.
    monkeypatch.setenv("THEORYCHECK_QUICK_SECONDS", "0.02")
    monkeypatch.setenv("THEORYCHECK_FULL_SECONDS", "0.02")
    # The tests have one process per core already, and a worker reads a whole paper first.
    monkeypatch.setenv("LOKY_MAX_CPU_COUNT", "1")
    notebook = nbformat.read(path, as_version=4)
    client = nbclient.NotebookClient(
        notebook,
        timeout=300,
        kernel_name="python3",
        resources={"metadata": {"path": str(tmp_path)}},
    )
    client.execute()
    shown = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    assert shown, "a notebook without any output shows nothing"
    warned = [
        output["text"]
        for output in shown
        if output["output_type"] == "stream"
        and output["name"] == "stderr"
        and "Warning" in output["text"]
    ]
    assert not warned


@pytest.mark.parametrize("path", NOTEBOOKS, ids=[path.stem for path in NOTEBOOKS])
def test_a_notebook_is_stored_with_what_it_shows_and_without_traces_of_a_machine(path):
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    outputs = [o for c in notebook.cells if c.cell_type == "code" for o in c.outputs]
    assert outputs and all(output.output_type != "error" for output in outputs)
    text = path.read_text(encoding="utf-8")
    assert not any(trace in text for trace in ("/home/", "/Users/", "/root/", "/tmp/", "C:\\\\"))
