"""The facts of documents, split by topic; import them from here."""

from documents.comparing.models import Comparison, SavedPoint, TextState
from documents.editing.models import EditorPresence
from documents.figured.models import ReportedFigure, ReportedValue, ReviewedFigure
from documents.importing.models import WordImport
from documents.models.acts import Act
from documents.models.addresses import ShortAddress
from documents.models.circulating import NamedReader, Reissue
from documents.models.house_styles import HouseStyle
from documents.models.issues import FrozenFigure, Issue, IssuedBlock
from documents.models.kinds import UNSYMBOLED, AnnexMarks, Body, Distribution, Kind, Relation
from documents.models.papers import Document, DocumentQuerySet
from documents.models.renditions import Rendition
from documents.models.reviewing import Clearance, ReviewComment
from documents.models.symbol_patterns import SymbolPattern, SymbolSequence
from documents.models.texts import Part, Step, Text
from documents.translating.models import AlignedBlock
from documents.translating.travelling import ReturnedTranslation, TranslationLink, TravellingTranslation
from membership.audience import Audience

__all__ = [
    "UNSYMBOLED",
    "Act",
    "AlignedBlock",
    "AnnexMarks",
    "Audience",
    "Body",
    "Clearance",
    "Comparison",
    "Distribution",
    "Document",
    "DocumentQuerySet",
    "EditorPresence",
    "FrozenFigure",
    "HouseStyle",
    "Issue",
    "IssuedBlock",
    "Kind",
    "NamedReader",
    "Part",
    "Reissue",
    "Relation",
    "Rendition",
    "ReportedFigure",
    "ReportedValue",
    "ReturnedTranslation",
    "ReviewComment",
    "ReviewedFigure",
    "SavedPoint",
    "ShortAddress",
    "Step",
    "SymbolPattern",
    "SymbolSequence",
    "Text",
    "TextState",
    "TranslationLink",
    "TravellingTranslation",
    "WordImport",
]
