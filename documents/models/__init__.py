"""The facts of documents, split by topic; import them from here."""

from documents.editing.models import EditorPresence
from documents.models.acts import Act
from documents.models.addresses import ShortAddress
from documents.models.issues import FrozenFigure, Issue, IssuedBlock
from documents.models.kinds import Body, Distribution, Kind, Relation
from documents.models.papers import Document, DocumentQuerySet
from documents.models.renditions import Rendition
from documents.models.texts import Part, Step, Text
from membership.audience import Audience

__all__ = [
    "Act",
    "Audience",
    "Body",
    "Distribution",
    "Document",
    "DocumentQuerySet",
    "EditorPresence",
    "FrozenFigure",
    "Issue",
    "IssuedBlock",
    "Kind",
    "Part",
    "Relation",
    "Rendition",
    "ShortAddress",
    "Step",
    "Text",
]
