"""The closed sets of what can happen: to an instance, to a link, to a run.

Owns: every word that the ledger, the exports and the console use for an outcome.
"""

from enum import IntEnum, StrEnum


class Disposition(StrEnum):
    """What a source turned out to be when its bytes were looked at."""

    INSTANCE = "instance"
    OTHER = "other"
    DROPPED = "dropped"
    ARCHIVE = "archive"
    TROUBLE = "trouble"


class DropReason(StrEnum):
    """Why a source is left out on purpose; it is counted, never copied."""

    FILE_TYPE = "by file type"
    DICOMDIR = "DICOMDIR"
    EMPTY_ARCHIVE = "archive without members"
    BURNED_IN = "may show text in its pixels"
    ENCAPSULATED = "encapsulated document"
    DECISION = "by decision"
    FROZEN = "stays as published: may name a patient who withdrew consent"


class Reason(StrEnum):
    """Why a job is done in this run (DESIGN: incremental by recipe)."""

    NEW = "new"
    SOURCE_CHANGED = "source changed"
    RULES_CHANGED = "rules changed"
    SUBJECT_CHANGED = "subject changed"
    OUTPUT_MISSING = "output missing"
    FORCED = "forced"
    DECISION = "decision taken"


class QuarantineReason(StrEnum):
    """Why a source is held back: expected trouble with one file is a value, never an exception."""

    UNREADABLE = "cannot be read"
    NOT_A_FILE = "not a regular file"
    BROKEN_LINK = "link leads nowhere"
    OWN_FILE = "leads to the project's own files"
    ARCHIVE_UNREADABLE = "archive cannot be read"
    ARCHIVE_ENCRYPTED = "archive member is encrypted"
    ARCHIVE_TOO_LARGE = "archive unpacks to more than the limit"
    ARCHIVE_TOO_DEEP = "archives nested too deep"
    NOT_DICOM = "named as DICOM but is not"
    TRUNCATED = "ends in the middle of an element"
    MALFORMED = "structure breaks the standard"
    CHANGED_WHILE_READ = "changed while it was read"
    RESIDUE = "identifier left after cleaning"
    IDENTIFIER_IN_FILE = "identifier in a file that cannot be cleaned"
    UNSEARCHABLE = "compressed in a way that cannot be searched"
    IDENTIFIER_IN_NAME = "identifier in the name of a file that cannot be cleaned"
    TOO_LARGE = "takes more memory than there is"
    UNREADABLE_OUTPUT = "written file does not read back"
    BURNED_IN = "may show text in its pixels"
    ENCAPSULATED = "encapsulated document"
    DICOMDIR = "directory of another set of files"
    WITHDRAWN = "its patient withdrew consent"
    SPEAKS_OF_WITHDRAWN = "may name a patient who withdrew consent"


class Decision(StrEnum):
    """What a person decided on something that is held back; the latest one counts."""

    RELEASE = "release"
    DROP = "drop"
    UNDO = "undo"


class Ruling(StrEnum):
    """What a person decided on a patient and a row of the table; UNDO takes back all that was decided."""

    ACCEPT = "accept"
    REJECT = "reject"
    NONE = "none"
    UNDO = "undo"


class Correction(StrEnum):
    """What a person decided on who is who; UNDO takes one of the others back."""

    MERGE = "merge"
    SPLIT = "split"
    APART = "apart"
    UNDO = "undo"


class MarkKind(StrEnum):
    """What a mark recognises somebody by who was forgotten; a CONTENT is a file that may name them."""

    ID = "patient ID"
    NAME_AND_BIRTH = "name and birth date"
    NAME = "name"
    UNDATED = "name of somebody known by that alone"
    PAIR_AND_BIRTH = "two words of the name and birth date"
    WORD = "word of the name"
    GLUED = "words of the name in one"
    NUMBER = "number"
    CONTENT = "content"


class BurnedIn(StrEnum):
    """What is done with images at risk of text in their pixels."""

    KEEP = "keep"
    QUARANTINE = "quarantine"
    DROP = "drop"


class Encapsulated(StrEnum):
    """What is done with what cannot be cleaned at all: encapsulated documents and DICOMDIR."""

    QUARANTINE = "quarantine"
    DROP = "drop"


class OnResidue(StrEnum):
    """What a run does when a written file still holds an identifier."""

    QUARANTINE = "quarantine"
    STOP = "stop"


class Export(StrEnum):
    """A table that every run that releases something keeps as it stands: the words that ask for it."""

    MAPPING = "mapping"
    MATCHES = "matches"
    MISSING = "missing"
    MISSING_UNUSED = "missing --unused-rows"
    MISSING_SHAREABLE = "missing --shareable"
    DOUBTS = "doubts"
    QUARANTINE = "quarantine"
    DEMOGRAPHICS = "demographics"
    PARTICIPANTS = "participants"
    SIDECAR = "participants --sidecar"


class Flaw(StrEnum):
    """What can be wrong with a file of the shareable tree besides what it holds."""

    MISSING = "missing"
    ALTERED = "not the bytes that were published"
    UNPLACED = "not placed by anonledger"


class Misfit(StrEnum):
    """What can be wrong with a row of the ledger, or with what it speaks of."""

    CHANGED = "changed by hand"
    ADDED = "added by hand"
    REMOVED = "removed by hand"
    BROKEN = "does not follow the one before it"
    COVERED = "rows did not fit before a run changed them"
    UPGRADED = "rows did not fit before this upgrade"
    DANGLING = "refers to a row that is not there"
    DAMAGED = "the file is damaged"
    NO_OBJECT = "its object is missing"
    BAD_OBJECT = "not the bytes that were recorded"
    UNKNOWN_HEAD = "is not in the chain"


class LinkStatus(StrEnum):
    """Record linkage in the words of Fellegi and Sunter: link, possible link, non-link."""

    ACCEPTED = "accepted"
    REVIEW = "review"
    MISSING = "missing"


class LinkMethod(StrEnum):
    """Who or what decided a link; a later one in this list never overrules an earlier one."""

    HUMAN = "human"
    EXACT = "exact"
    FUZZY = "fuzzy"
    NONE = "none"


class Origin(StrEnum):
    """Who says that evidence belongs to a subject: DICOM, a table, an imported mapping, a person."""

    DICOM = "DICOM"
    TABLE = "table"
    IMPORT = "import"
    HUMAN = "human"


class Matcher(StrEnum):
    """How patients are linked to rows: by all the evidence, or by the distance of names alone."""

    EVIDENCE = "evidence"
    DISTANCE = "distance"


class IdScheme(StrEnum):
    """How pseudonyms are made."""

    HASH = "hash"
    SEQUENTIAL = "sequential"
    CSG = "csg"


class DateOrder(StrEnum):
    """In which order day, month and year stand in the dates of a table; AUTO: as its dates tell."""

    AUTO = "auto"
    DMY = "dmy"
    MDY = "mdy"
    YMD = "ymd"


class ColumnRole(StrEnum):
    """What a column of a demographics table is used for."""

    NAME = "name"
    BIRTH_DATE = "birth date"
    SEX = "sex"
    ID = "patient ID"
    IDENTIFIER = "further identifier"
    DATA = "data"


class ColumnFate(StrEnum):
    """What becomes of a column in the table that is shared."""

    PSEUDONYM = "holds the pseudonym"
    CLEANED = "kept, cleaned"
    LEFT_OUT = "left out"


class Layout(StrEnum):
    """How the output tree is laid out."""

    UID = "uid"
    MIRROR = "mirror"


class RunStatus(StrEnum):
    """How a run ended; one that is still RUNNING in the ledger was interrupted."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class ExitCode(IntEnum):
    """Exit status of every command."""

    DONE = 0
    ERROR = 1
    USAGE = 2
    QUARANTINED = 3
    REVIEW = 4
    LOCKED = 5
    NEWER_LEDGER = 6
    INTERRUPTED = 130
