"""What is asked, answered, cited, reviewed and missing. A citation is frozen: it outlives the passage it quotes."""

from chat.models.answer import ABANDONED_AFTER, Answer, Citation
from chat.models.conversation import Conversation, Message
from chat.models.feedback import Feedback
from chat.models.gap import Gap
from chat.models.review import Correction, Review, Verdict

__all__ = [
    "ABANDONED_AFTER",
    "Answer",
    "Citation",
    "Conversation",
    "Correction",
    "Feedback",
    "Gap",
    "Message",
    "Review",
    "Verdict",
]
