"""Stands in for `Store` where storage is refused: packs stay until the page is closed."""


class Memory:
    """Nothing outlives the page, yet nothing fails either."""

    def __init__(self) -> None:
        self.files = {}

    async def put_turn(self, record: dict) -> None:
        """Nothing outlives the page."""

    async def delete_conversation(self, id: str) -> None:
        """Nothing was stored."""

    async def put_title(self, id: str, title: str) -> None:
        """Nothing outlives the page."""

    async def put_draft(self, record: dict) -> None:
        """Nothing outlives the page."""

    async def delete_draft(self, id: str) -> None:
        """Nothing was stored."""

    async def put_pack(self, record: dict, file: object) -> None:
        """Keep the Blob while the page is open."""
        self.files[record["id"]] = file

    async def pack_file(self, id: str) -> object:
        """The pack as a Blob, or None when it was removed."""
        return self.files.get(id)

    async def delete_pack(self, id: str) -> None:
        """Forget a pack."""
        self.files.pop(id, None)

    async def put_setting(self, name: str, value: object) -> None:
        """Nothing outlives the page."""
