"""Building in parts: cut what comes in, prepare the parts side by side, join them into one pack.

intake → cut → survey of each part → what each brings → join → finish

Memory does not grow with the input but for the index of the pack. The work of each part is kept in
a folder until the pack is whole, so that a build that was stopped goes on where it was. The bytes
of the pack depend on what comes in and the size of a part, not on how many work at it.
"""

from collections.abc import Callable

from arenalab.batch.crew import Alone, Crew, Dask, Processes
from arenalab.batch.cutting import cut
from arenalab.batch.folder import Folder, Plan
from arenalab.batch.incoming import LINES, Source, intake, sources
from arenalab.batch.joining import joined
from arenalab.batch.work import Work
from arenalab.encode.static import StaticEncoder
from arenalab.importers import Import
from arenalab.learning import Progress, silent
from arenalab.pack import Pack

__all__ = [
    "LINES",
    "Alone",
    "Crew",
    "Dask",
    "Folder",
    "Plan",
    "Processes",
    "Source",
    "build_in_parts",
    "intake",
    "sources",
]


def build_in_parts(
    plan: Plan,
    files: list[Source],
    folder: Folder,
    crew: Crew,
    *,
    name: str,
    static: StaticEncoder | None = None,
    report: Progress,
    heard: Callable[[Import], None],
) -> Pack:
    """Return the calibrated pack of what is in `files`, as `plan` says, made in `folder`.

    The pack lies in the folder in part, so it must be saved before the folder is removed. `heard`
    is called with each batch of spans and notes that is read; not for those cut before.

    Raises InputError where nothing comes in, SpanError, and UnavailableError when the crew breaks.
    """
    if not folder.is_cut():
        cut(intake(files, base_url=plan.base_url, license=plan.license), folder, plan.size, heard)
    counts = folder.counts()
    total = sum(counts)
    alone = isinstance(crew, Alone) and len(counts) == 1
    work = Work(str(folder.path), str(plan.encoder), report if alone else silent)
    for stage, task, done_before in (
        ("survey", work.survey, folder.surveyed()),
        ("encode", work.part, folder.parts()),
    ):
        left = [number for number in range(len(counts)) if number not in done_before]
        done = total - sum(counts[number] for number in left)
        report(stage, done, total)
        for number in crew.each(task, left):
            done += counts[number]
            report(stage, done, total)
        if stage == "survey":
            folder.put_together()
    return joined(folder, work.encoder, name=name, static=static, report=report)
