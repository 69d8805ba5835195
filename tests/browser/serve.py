"""Serve a release and some files beside it until killed; the first line printed is the port.

A process of its own, so that stopping it really stops it, open connections and all.
Arguments: the release's folder, then JSON of path → file.
"""

import json
import sys
from pathlib import Path

from assembly.server import make_server, read_table

if __name__ == "__main__":
    beside = {path: Path(file) for path, file in json.loads(sys.argv[2]).items()}
    server = make_server(read_table(Path(sys.argv[1]), beside), "127.0.0.1", int(sys.argv[3]))
    sys.stdout.write(f"{server.server_port}\n")
    sys.stdout.flush()
    server.serve_forever()
