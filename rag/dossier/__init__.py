"""A conversation as one file of evidence: answers with their quotes, to be verified again.

What is read may have been changed by anyone: it is bounded, every type in it is checked, and none
of its words count before an archive has been asked. The checksum shows a change by accident; who
changes a file on purpose can make a new one, but cannot make the archive hold other words.
"""

from rag.dossier.claims import Claim, Dossier, SavedAnswer, SavedQuote
from rag.dossier.form import LARGEST
from rag.dossier.reading import read
from rag.dossier.writing import compose

__all__ = ["LARGEST", "Claim", "Dossier", "SavedAnswer", "SavedQuote", "compose", "read"]
