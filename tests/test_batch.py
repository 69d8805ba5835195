"""batch: a pack built in parts is the same however it was built, and changed in its place."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from arenalab.batch import (
    Alone,
    Crew,
    Dask,
    Folder,
    Plan,
    Processes,
    build_in_parts,
    change,
    crew,
    intake,
    sources,
)
from arenalab.batch.crew import Task
from arenalab.batch.cutting import cut
from arenalab.encode import Encoder, load_encoder
from arenalab.encode.file import write_encoder
from arenalab.errors import InputError, SourceError, UnavailableError
from arenalab.importers import Import
from arenalab.learning import learn, silent
from arenalab.pack import read_pack, save_pack, write_pack
from arenalab.pack.texts import BLOCK
from arenalab.span import Span

COUNT = 5 * BLOCK + 7
pytestmark = pytest.mark.native


def encoder_file() -> bytes:
    """Return an encoder file: a network without layers, whose vocabulary are numbers and words."""
    marks = ("[PAD]", "[UNK]", "[CLS]", "[SEP]")
    words = ("question", "answer", "of", "it", "is", "so", "?", *map(str, range(200)))
    vocabulary = (*marks, *words)
    random = np.random.default_rng(6)
    arrays = {
        "tokens": random.standard_normal((len(vocabulary), 64), np.float32),
        "positions": np.zeros((64, 64), np.float32),
        "norm.gain": np.ones(64, np.float32),
        "norm.bias": np.zeros(64, np.float32),
        "pooling": np.array([token not in marks for token in vocabulary], np.float32),
    }
    meta = {"id": "numbers", "heads": 1}
    return write_encoder(vocabulary, arrays, meta=meta)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with an encoder and an input file."""
    folder = tmp_path_factory.mktemp("batch")
    (folder / "tiny.encoder").write_bytes(encoder_file())
    lines = [
        {"id": f"d{i}", "this": f"question {i} of {i % 7}?", "if_ok": f"answer {i % 50} it is so"}
        for i in range(COUNT)
    ]
    text = "\n".join(json.dumps({**line, "status": "completed"}) for line in lines)
    (folder / "in.ndjson").write_text(text)
    return folder


@pytest.fixture(scope="module")
def encoder(place: Path) -> Encoder:
    """Return the encoder of that file."""
    return load_encoder((place / "tiny.encoder").read_bytes())


def deaf(_batch: Import) -> None:
    """Hear nothing."""


def built(place: Path, work: Path, crew: Crew, *, size: int = BLOCK, resume: bool = False) -> bytes:
    """Return the file of the pack that `crew` builds of the input, in the folder `work`."""
    plan = Plan(place / "tiny.encoder", size)
    files = sources([place / "in.ndjson"])
    folder = Folder(work)
    folder.begin(plan.digest(files), resume=resume)
    pack = build_in_parts(plan, files, folder, crew, name="batch", report=silent, heard=deaf)
    return write_pack(pack)


@pytest.fixture(scope="module")
def alone(place: Path, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Return the pack built by this process."""
    return built(place, tmp_path_factory.mktemp("alone") / "work", Alone())


def test_parts_give_what_learning_at_once_gives(
    alone: bytes, place: Path, encoder: Encoder
) -> None:
    """A pack built in parts has the diamonds, outcomes, words and grades of one learnt whole."""
    lines = (place / "in.ndjson").read_text().split("\n")
    spans = [Span.from_json(json.loads(line)) for line in lines]
    whole, parts = learn(spans, encoder, name="batch"), read_pack(alone)
    assert list(parts.texts) == list(whole.texts)
    for name in ("row_starts", "outcomes", "grades", "signs", "answers"):
        np.testing.assert_array_equal(getattr(parts, name), getattr(whole, name))
    np.testing.assert_array_equal(parts.postings.forms, whole.postings.forms)
    assert np.abs(parts.vectors.astype(int) - whole.vectors.astype(int)).max() <= 1


def test_the_bytes_do_not_depend_on_the_number_of_workers(place: Path, tmp_path: Path) -> None:
    """One process or three: the file is the same."""
    one, three = (built(place, tmp_path / str(n), Processes(n)) for n in (1, 3))
    assert one == three


class StoppedError(Exception):
    """The build was killed."""


class Dies:
    """A crew that is killed after a number of tasks, of which it keeps count."""

    def __init__(self, after: int) -> None:
        self.left = after
        self.done: list[int] = []

    def each(self, task: Task, numbers: Sequence[int]) -> Iterator[int]:
        """Do tasks until killed."""
        for number in numbers:
            if not self.left:
                raise StoppedError
            self.left -= 1
            task(number)
            self.done.append(number)
            yield number


@pytest.mark.parametrize("after", [0, 3, 8])
def test_a_build_that_was_killed_goes_on(
    place: Path, tmp_path: Path, alone: bytes, after: int
) -> None:
    """What was done is not done again, and the pack is what it would have been."""
    with pytest.raises(StoppedError):
        built(place, tmp_path / "work", Dies(after))
    rest = Dies(99)
    assert built(place, tmp_path / "work", rest, resume=True) == alone
    assert len(rest.done) == 12 - after


def test_another_build_is_not_gone_on_with(place: Path, tmp_path: Path) -> None:
    """Resuming with another size of parts is refused; beginning again is not."""
    with pytest.raises(StoppedError):
        built(place, tmp_path / "work", Dies(3))
    with pytest.raises(InputError, match="size"):
        built(place, tmp_path / "work", Alone(), size=2 * BLOCK, resume=True)
    built(place, tmp_path / "work", Alone(), size=2 * BLOCK)


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    """What stands where the parts would go, and is no build's, is not removed."""
    (tmp_path / "letters.txt").write_text("dear")
    with pytest.raises(InputError, match="something else"):
        Folder(tmp_path).begin({}, resume=False)
    assert (tmp_path / "letters.txt").exists()


def test_a_size_that_cuts_text_blocks_is_refused(place: Path) -> None:
    """Parts must be whole blocks."""
    with pytest.raises(InputError, match="multiple of 32"):
        Plan(place / "tiny.encoder", 100)


def kill_once(flag: str, number: int) -> None:
    """Kill this process the first time it is asked."""
    if number == 1 and not Path(flag).exists():
        Path(flag).touch()
        os.kill(os.getpid(), signal.SIGKILL)


def kill_always(number: int) -> None:
    """Kill this process."""
    if number == 1:
        os.kill(os.getpid(), signal.SIGKILL)


def test_a_killed_worker_is_replaced(tmp_path: Path) -> None:
    """All tasks are done though a worker was killed in the midst."""
    task = partial(kill_once, str(tmp_path / "flag"))
    assert sorted(Processes(2).each(task, range(4))) == [0, 1, 2, 3]


def test_a_task_that_always_kills_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that is killed again and again is explained, with what to do."""
    monkeypatch.setattr(crew, "TRIES", 2)
    with pytest.raises(UnavailableError, match="fewer --workers"):
        list(Processes(1).each(kill_always, [1]))


def test_a_dask_cluster_builds_the_same(place: Path, tmp_path: Path) -> None:
    """Two workers of a local cluster give the bytes that two processes give."""
    distributed = pytest.importorskip("distributed", reason="the extra dask is not installed")
    kept = {name: os.environ.get(name) for name in crew.THREADS}
    os.environ.update(dict.fromkeys(crew.THREADS, "1"))
    try:
        with distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=None
        ) as cluster:
            dask = built(place, tmp_path / "dask", Dask(cluster.scheduler_address))
    finally:
        for name, value in kept.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})
    assert dask == built(place, tmp_path / "processes", Processes(2))


def test_no_scheduler_is_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    """An address where nobody answers is named, with what to do."""
    pytest.importorskip("distributed", reason="the extra dask is not installed")
    monkeypatch.setattr(crew, "PATIENCE", "1s")
    with pytest.raises(UnavailableError, match="start one"):
        list(Dask("tcp://127.0.0.1:9").each(kill_always, [0]))


def test_long_files_come_in_batches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of many lines is read some at a time, ids stay unique, notes say where."""
    monkeypatch.setattr("arenalab.batch.incoming.LINES", 10)
    lines = [{"question": f"What is {i % 15}?", "answer": f"It is {i}."} for i in range(25)]
    (tmp_path / "faq.jsonl").write_text("\n".join([*map(json.dumps, lines), "{broken"]))
    batches = list(intake(sources([tmp_path]), base_url=None, license="CC0-1.0"))
    assert [len(batch.spans) for batch in batches] == [10, 10, 5]
    assert {span.metadata.license for batch in batches for span in batch.spans} == {"CC0-1.0"}
    assert batches[2].notes[-1].where.endswith("from line 21 on")


def test_parquet_is_read(tmp_path: Path) -> None:
    """A Parquet table of questions and answers comes in as spans; another file is refused."""
    arrow = pytest.importorskip("pyarrow", reason="the extra parquet is not installed")
    parquet = pytest.importorskip("pyarrow.parquet")
    table = arrow.table({"question": ["Who?", "Where?"], "answer": ["Ada.", "Here."]})
    parquet.write_table(table, tmp_path / "faq.parquet")
    (batch,) = intake(sources([tmp_path]), base_url=None, license=None)
    assert [(span.this, span.if_ok) for span in batch.spans] == [
        ("Who?", "Ada."),
        ("Where?", "Here."),
    ]
    (tmp_path / "faq.parquet").write_bytes(b"no table")
    with pytest.raises(SourceError, match="Parquet"):
        list(intake(sources([tmp_path]), base_url=None, license=None))


def test_a_repeated_id_is_numbered(tmp_path: Path) -> None:
    """Two batches that give an id twice lose neither diamond."""
    folder = Folder(tmp_path / "work")
    folder.begin({}, resume=False)
    span = Span(id="a", this="Why?", if_ok="Because.")
    batches = [Import((span,), ()), Import((replace(span, this="How?"), span), ())]
    cut(batches, folder, BLOCK, deaf)
    assert [one.id for one in folder.spans(0)] == ["a", "a-2", "a-3"]


def test_nothing_to_say_is_refused(tmp_path: Path) -> None:
    """Spans without an outcome build nothing."""
    with pytest.raises(InputError, match="none of the 1 spans"):
        cut([Import((Span(id="a", this="Why?"),), ())], Folder(tmp_path), BLOCK, deaf)


class Counting:
    """An encoder that counts what it encodes."""

    def __init__(self, encoder: Encoder) -> None:
        self.encoder = encoder
        self.texts: list[str] = []

    def __getattr__(self, name: str) -> object:
        return getattr(self.encoder, name)

    def encode(self, texts: Sequence[str], **more: object) -> np.ndarray:
        """Encode and count."""
        self.texts += texts
        return self.encoder.encode(texts, **more)


def test_adding_encodes_what_is_new(alone: bytes, encoder: Encoder) -> None:
    """Added diamonds are found, one of a known id replaces it, and all else keeps its bytes."""
    pack = read_pack(alone)
    counting = Counting(encoder)
    new = [
        Span(id="new", this="Something else entirely?", if_ok="Yes."),
        Span(id="d3", this="question 3 of 3?", if_ok="another answer than before"),
    ]
    more = change.add(pack, new, counting)
    assert set(counting.texts) == {
        "Something else entirely?",
        "question 3 of 3? another answer than before",
    }
    assert more.span_count == COUNT + 1
    assert more.texts[3].if_ok == "another answer than before"
    rows = int(pack.row_starts[3])
    np.testing.assert_array_equal(more.vectors[:rows], pack.vectors[:rows])


def test_removing_what_was_added_gives_the_pack_before(alone: bytes, encoder: Encoder) -> None:
    """A diamond that comes and goes leaves no trace."""
    pack = read_pack(alone)
    more = change.add(pack, [Span(id="new", this="Something?", if_ok="Yes.")], encoder)
    assert write_pack(change.remove(more, ["new"], encoder)) == alone


def test_what_is_not_there_cannot_be_removed(alone: bytes, encoder: Encoder) -> None:
    """An unknown id is refused, with ids that are near; so is removing everything."""
    pack = read_pack(alone)
    with pytest.raises(InputError, match=r"d1000.*near is d10"):
        change.remove(pack, ["d1", "d1000"], encoder)
    with pytest.raises(InputError, match="nothing of pack"):
        change.remove(pack, [f"d{i}" for i in range(COUNT)], encoder)


def test_a_save_that_fails_leaves_the_pack(
    alone: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the disk is full, the pack that was there is whole and nothing lies beside it."""

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    file = tmp_path / "kept.diamonds"
    file.write_bytes(alone)
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        save_pack(read_pack(alone), file)
    assert file.read_bytes() == alone
    assert list(tmp_path.iterdir()) == [file]


def test_a_killed_command_goes_on(place: Path, tmp_path: Path) -> None:
    """`arenalab build --resume` after a kill makes the file that an undisturbed build makes."""
    output = tmp_path / "out.diamonds"
    command = [
        *(sys.executable, "-c", "from arenalab.cli import main; main()", "build"),
        *(str(place / "in.ndjson"), "--encoder", str(place / "tiny.encoder")),
        *("--workers", "1", "--shard-size", "32", "--name", "same"),
    ]
    with subprocess.Popen([*command, "-o", str(output)]) as process:
        parts = tmp_path / "out.diamonds.parts"
        while process.poll() is None and not list(parts.glob("survey-*")):
            time.sleep(0.01)
        process.kill()
    assert not output.exists()
    subprocess.run([*command, "-o", str(output), "--resume"], check=True, capture_output=True)
    undisturbed = tmp_path / "undisturbed.diamonds"
    subprocess.run([*command, "-o", str(undisturbed)], check=True, capture_output=True)
    assert output.read_bytes() == undisturbed.read_bytes()
    assert not parts.exists()
