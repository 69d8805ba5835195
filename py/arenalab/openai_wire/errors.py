"""Errors in OpenAI's shape: `{"error": {"message", "type", "param", "code"}}` and an HTTP status.

400 invalid_request_error   the request cannot be served as it is; `param` names the field
401 invalid_request_error   no key, or not a right one       code invalid_api_key
404 invalid_request_error   no such model, no such address   code model_not_found, unknown_url
405 invalid_request_error   the address is not asked this way
413 invalid_request_error   the body is too large            code request_too_large
429 requests                too many requests                code rate_limit_exceeded
500 server_error            a fault of ours
"""

from collections.abc import Mapping
from typing import Any

from arenalab.errors import ArenaError, shorten


class ApiError(ArenaError):
    """Raised for a request that gets an error for its answer. `headers` go with the reply."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        type: str = "invalid_request_error",  # noqa: A002 - the wire's own word
        param: str | None = None,
        code: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.type = type
        self.param = param
        self.code = code
        self.headers = dict(headers or {})

    def to_json(self) -> dict[str, Any]:
        """Return the body of the reply."""
        return {
            "error": {
                "message": str(self),
                "type": self.type,
                "param": self.param,
                "code": self.code,
            }
        }


def invalid(message: str, param: str | None, code: str = "invalid_value") -> ApiError:
    """A field whose value cannot be used."""
    return ApiError(400, message, param=param, code=code)


def unsupported(param: str, why: str) -> ApiError:
    """A field, or a value of it, that OpenAI has and ArenaLab has not."""
    return invalid(f"Unsupported: '{param}'. {why}", param, "unsupported_parameter")


def model_not_found(model: str, known: list[str]) -> ApiError:
    """No such model; the message lists those there are."""
    message = f"The model {shorten(model)} does not exist; there are: {', '.join(known) or 'none'}."
    return ApiError(404, message, param="model", code="model_not_found")


def unknown_url(method: str, path: str) -> ApiError:
    """No such address."""
    return ApiError(404, f"Invalid URL ({method} {shorten(path)[1:-1]})", code="unknown_url")


def wrong_method(method: str, path: str, allowed: str) -> ApiError:
    """The address exists, and is asked in another way."""
    message = f"Not allowed to {method} on {path}; use {allowed}."
    return ApiError(405, message, code="method_not_allowed", headers={"Allow": allowed})


def too_large(limit: int) -> ApiError:
    """The body holds more bytes than the limit."""
    message = f"The body is larger than {limit:,} bytes; send fewer or shorter messages."
    return ApiError(413, message, code="request_too_large")


def bad_key(*, given: bool) -> ApiError:
    """No key or a wrong one. The message never holds what was given."""
    what = "Incorrect API key provided." if given else "You didn't provide an API key."
    message = f"{what} Send the server's key as 'Authorization: Bearer KEY'."
    challenge = {"WWW-Authenticate": "Bearer"}
    return ApiError(401, message, code="invalid_api_key", headers=challenge)


def rate_limited(per_minute: int, wait: float) -> ApiError:
    """Too many requests; the next is welcome after `wait` seconds."""
    seconds = max(1, -int(-wait // 1))
    return ApiError(
        429,
        f"Rate limit reached: {per_minute} requests a minute. Try again in {seconds} s.",
        type="requests",
        code="rate_limit_exceeded",
        headers={"Retry-After": str(seconds)},
    )


def server_fault() -> ApiError:
    """Something broke here. The cause goes to the log, not to the caller."""
    message = "The server had an error while processing your request."
    return ApiError(500, message, type="server_error")
