"""Write private/report.html: what the ledger says after a run, on one page.

Owns: no trouble with the page is trouble with the run; pictures of sources go nowhere but into the page.
"""

import hashlib
import logging
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from anonledger.engine.desk import Desk
from anonledger.engine.places import refuse_place
from anonledger.engine.project import REPORT, Project, locked, project_at
from anonledger.engine.recipes import is_learnt
from anonledger.engine.reported import note_page
from anonledger.engine.status import open_for_reading
from anonledger.errors import AnonledgerError, UsageError
from anonledger.exports.page import BOUNDS, MOST, Known, Page, Picture, render
from anonledger.exports.pictures import can_show, picture
from anonledger.ledger.overview import Overview
from anonledger.ledger.queries import Ledger
from anonledger.outcomes import QuarantineReason
from anonledger.records import Evidence, Link, Lying, QuarantineRow, RunSummary, Share
from anonledger.sources.reader import Reader
from anonledger.tree import hand_out, write_file

log = logging.getLogger(__name__)

MOST_PICTURES = 24
MOST_READ = 2**30  # bytes that are read for the pictures of one page
NOT_INSTALLED = (
    "To see small pictures of them here, further packages are needed: pip install 'anonledger[report]'; "
    "then `anonledger export report`."
)
NOT_THERE = "It is not where it was found, or cannot be read now."
CHANGED = "Another file lies there by now: run again."
TOO_MUCH = "Reading it would take long: open it in a viewer."
NOT_SHOWN = "It is broken, or compressed in a way that cannot be shown here: open it in a viewer."


def report_after(project: Project) -> str:
    """Write the page of a run that has ended; return what went wrong and what to do, "" if nothing did."""
    try:
        _write(project, project.private / REPORT)
    except AnonledgerError as error:
        said = str(error)
    except Exception as error:  # noqa: BLE001 - the dataset is released; a page can be made again
        said = f"The page could not be made ({type(error).__name__})."
    else:
        return ""
    log.error("the report was not written")
    return (
        f"{said}\nSo {project.private / REPORT} was not written; the run itself is complete. "
        "Then make the page with `anonledger export report`."
    )


def export_report(root: Path, output: Path | None) -> Path:
    """Write the page again, into the private folder or another place, and return where. Raises UsageError."""
    project = project_at(root)
    place = output if output is not None else project.private / REPORT
    with open_for_reading(project) as ledger:
        if not ledger.runs(1):
            raise UsageError("No run of this project has begun yet. Do one with `anonledger run`.")
        refuse_place(project, ledger, place, "report", private=True)
    if output is None:
        return _write(project, place)
    with locked(project):
        hand_out(place, [_content(project)[1]], private=True)
    return place


def _write(project: Project, place: Path) -> Path:
    """Write the page; nothing else is done in the project meanwhile. Raises AnonledgerError."""
    with locked(project):
        run, content = _content(project)
        write_file(place.absolute().parent, place.name, content, private=True)
        note_page(project, run, content)
    return place


def _content(project: Project) -> tuple[RunSummary, bytes]:
    """Return the last run, and the page of it."""
    with Ledger(project.ledger) as ledger, Overview(project.ledger) as overview:
        last = ledger.runs(1)[0]
        tree = last.output_root
        table = ledger.latest_table()
        present = ledger.subjects_of_instances()
        links = ledger.links(table.digest) if table is not None else {}
        links = {subject: link for subject, link in links.items() if subject in present}
        held = ledger.quarantined()
        at_risk = [row for row in held if row.reason is QuarantineReason.BURNED_IN]
        return last, render(
            Page(
                growth=overview.growth(tree),
                made=overview.made(last.id),
                kinds=overview.kinds(),
                held=held,
                subjects=len(ledger.subjects()),
                newest=_known(ledger, overview.shares(tree, MOST), links),
                links=[*links.values()],
                cases=Desk(ledger).cases(everything=False),
                sizes=overview.sizes(tree, BOUNDS),
                at_risk=len(at_risk),
                pictures=_pictures(project, overview, at_risk) if can_show() else (),
                no_pictures="" if can_show() else NOT_INSTALLED,
            )
        )


def _known(ledger: Ledger, shares: Sequence[Share], links: Mapping[int, Link]) -> list[Known]:
    spelled: dict[str, list[Evidence]] = defaultdict(list)
    wanted = {share.pseudonym for share in shares}
    for row in ledger.mapping_rows():
        if row.pseudonym in wanted and not is_learnt(row.evidence):
            spelled[row.pseudonym].append(row.evidence)
    return [_one_known(share, spelled[share.pseudonym], links.get(share.subject)) for share in shares]


def _one_known(share: Share, evidence: Sequence[Evidence], link: Link | None) -> Known:
    return Known(
        share,
        names=_told(one.name for one in evidence),
        ids=_told(one.patient_id for one in evidence),
        birth_dates=_told(one.birth_date for one in evidence),
        sexes=_told(one.sex for one in evidence),
        link=link,
    )


def _told(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(texts) - {""}))


def _pictures(project: Project, overview: Overview, at_risk: Sequence[QuarantineRow]) -> list[Picture]:
    chosen = _chosen(at_risk)
    shown: dict[str, Picture] = {}
    with Reader(project.scratch) as reader:
        for lying, within in _affordable(overview.lying(chosen)):
            row = chosen[lying.digest]
            shown[lying.digest] = _picture(reader, row, lying) if within else Picture(row, b"", TOO_MUCH)
    return [shown.get(one, Picture(row, b"", NOT_THERE)) for one, row in chosen.items()]


def _chosen(at_risk: Sequence[QuarantineRow]) -> dict[str, QuarantineRow]:
    """Return some of the images by their digests: one of each folder first, then a second one."""
    first: dict[str, QuarantineRow] = {}
    for row in at_risk:
        first.setdefault(row.digest, row)
    before: Counter[str] = Counter()  # of the same folder
    ranked = []
    for row in first.values():
        folder = (f"{row.path}!/{row.member}" if row.member else row.path).rpartition("/")[0]
        ranked.append((before[folder], row))
        before[folder] += 1
    ranked.sort(key=lambda pair: pair[0])  # stable: within a rank they stay ordered by place
    return {row.digest: row for _, row in ranked[:MOST_PICTURES]}


def _affordable(found: Sequence[Lying]) -> Iterator[tuple[Lying, bool]]:
    """Yield where images lie, and whether they can be read without reading too much in all."""
    left, opened = MOST_READ, set()
    for lying in found:
        path = Path(lying.location.root, lying.location.path)
        cost = lying.size
        is_direct = len(lying.location.members) == 1 and path.suffix.lower() == ".zip"
        if lying.location.members and not is_direct and path not in opened:
            cost += _size(path)  # to reach a member, the archive is read from its beginning
            opened.add(path)
        within = cost <= left
        left -= cost * within
        yield lying, within


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _picture(reader: Reader, row: QuarantineRow, lying: Lying) -> Picture:
    data = reader.read(lying.location)
    if isinstance(data, QuarantineReason):
        return Picture(row, b"", NOT_THERE)
    if hashlib.sha256(data).hexdigest() != lying.digest:
        return Picture(row, b"", CHANGED)
    jpeg = picture(data)
    return Picture(row, jpeg or b"", "" if jpeg else NOT_SHOWN)
