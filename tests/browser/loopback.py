"""An HTTP server of this machine, at an origin of its own, for as long as a test lasts."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Loopback:
    """Answers by a handler class, whose `host` is this object."""

    def begin(self, handler: type[BaseHTTPRequestHandler], name: str = "127.0.0.1") -> str:
        """Serve in a thread. Returns the address, which ends with a slash."""
        bound = type("Handler", (handler,), {"host": self})
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), bound)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()
        return f"http://{name}:{self.server.server_port}/"

    def stop(self) -> None:
        """Be gone."""
        self.server.shutdown()
        self.server.server_close()
