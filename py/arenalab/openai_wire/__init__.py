"""OpenAI's wire format: the shapes of requests, replies, chunks and errors, and their checks.

Boundary: JSON text and plain values, in and out. No engine, no NumPy, no network, no clock, so the
page, the server and the edge share every byte of it. `docs/endpoint.md` lists the fields.
"""

from arenalab.openai_wire.errors import ApiError
from arenalab.openai_wire.messages import Message, ToolCall
from arenalab.openai_wire.request import (
    ChatRequest,
    EmbeddingsRequest,
    read_chat,
    read_embeddings,
)
from arenalab.openai_wire.response import Choice, Citation, Envelope, Usage
from arenalab.openai_wire.tools import ResponseFormat, Tool, ToolChoice

__all__ = [
    "ApiError",
    "ChatRequest",
    "Choice",
    "Citation",
    "EmbeddingsRequest",
    "Envelope",
    "Message",
    "ResponseFormat",
    "Tool",
    "ToolCall",
    "ToolChoice",
    "Usage",
    "read_chat",
    "read_embeddings",
]
