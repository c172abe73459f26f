"""Models of documents, split by topic. Import them from here."""

from documents.models.acts import Act
from documents.models.addresses import ShortAddress
from documents.models.alignment import AlignedBlock
from documents.models.circulation import NamedReader, Reissue
from documents.models.external_translations import ReturnedTranslation, TranslationAssignment, TranslationLink
from documents.models.house_styles import HouseStyle
from documents.models.issues import FrozenFigure, Issue, IssuedBlock
from documents.models.papers import Document, DocumentQuerySet
from documents.models.presence import EditorPresence
from documents.models.renditions import Rendition
from documents.models.reported_figures import ReportedFigure, ReportedValue, ReviewedFigure
from documents.models.review import Clearance, ReviewComment
from documents.models.symbol_patterns import SymbolPattern, SymbolSequence
from documents.models.texts import Part, Step, Text
from documents.models.versions import Comparison, SavedPoint, TextState
from documents.models.word_imports import WordImport
from membership.audience import Audience
from texts.kinds import UNSYMBOLED, AnnexMarks, Body, Distribution, Kind, Relation

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
    "TranslationAssignment",
    "TranslationLink",
    "WordImport",
]
