"""Spans → file formats: so far NDJSON, the form in which spans are kept and edited by hand."""

from arenalab.exporters import ndjson

__all__ = ["ndjson"]
