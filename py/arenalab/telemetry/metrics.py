"""Metrics for Prometheus by its own library: what a server counts, over all its processes."""

import struct
from contextlib import suppress

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import choose_encoder
from prometheus_client.multiprocess import MultiProcessCollector

from arenalab.telemetry.exchange import Exchange
from arenalab.telemetry.families import BYTES, DIAMONDS, FAMILIES, Family, measures

PATIENCE = 200  # times that the files of other processes are read again, about a millisecond each


class Metrics:
    """Counts exchanges. `shared`: add up what all worker processes counted.

    Sharing needs the variable PROMETHEUS_MULTIPROC_DIR to name a folder before prometheus_client
    is first imported (its multiprocess mode).
    """

    def __init__(self, *, shared: bool = False) -> None:
        own = CollectorRegistry()
        self._own = {family: _metric(family, own) for family in FAMILIES}
        self._shown = own
        if shared:
            self._shown = CollectorRegistry()
            MultiProcessCollector(self._shown)  # type: ignore[no-untyped-call]

    def pack(self, model: str, diamonds: int, size: int) -> None:
        """Tell how large a served pack is."""
        for family, value in ((DIAMONDS, diamonds), (BYTES, size)):
            gauge = self._own[family].labels(model)
            assert isinstance(gauge, Gauge)
            gauge.set(value)

    def observe(self, exchange: Exchange) -> None:
        """Count one exchange."""
        for family, labels, value in measures(exchange):
            metric = self._own[family].labels(*labels)
            if isinstance(metric, Histogram):
                metric.observe(value)
            else:
                metric.inc(value)

    def exposition(self, accept: str) -> tuple[bytes, str]:
        """Return the metrics in the format that an Accept header asks for, and its content type."""
        encode, content_type = choose_encoder(accept)
        for _ in range(PATIENCE):
            with suppress(struct.error):  # the file of a process that is just starting is empty
                return encode(self._shown), content_type
        return encode(self._shown), content_type


def _metric(family: Family, registry: CollectorRegistry) -> Counter | Histogram | Gauge:
    if family.kind == "counter":
        return Counter(family.name, family.help, family.labels, registry=registry)
    if family.kind == "histogram":
        return Histogram(
            family.name, family.help, family.labels, buckets=family.buckets, registry=registry
        )
    return Gauge(
        family.name, family.help, family.labels, multiprocess_mode="max", registry=registry
    )
