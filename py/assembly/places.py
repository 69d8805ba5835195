"""Where things lie in a checkout. Everything the build makes is git-ignored."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Places:
    """The folders of one checkout, all derived from its root."""

    root: Path

    @property
    def lock(self) -> Path:
        """The pinned parts."""
        return self.root / "wheels" / "lock.json"

    @property
    def requirements(self) -> Path:
        """The exact tools of the build's own environment."""
        return self.root / "wheels" / "requirements.txt"

    @property
    def downloads(self) -> Path:
        """Parts as they came, one file each."""
        return self.root / "wheels" / "cache" / "downloads"

    @property
    def built(self) -> Path:
        """What the build made: encoder file, wheel, packs and their stamps."""
        return self.root / "wheels" / "cache" / "built"

    @property
    def dist(self) -> Path:
        """The release, ready to be served by any static host."""
        return self.root / "dist"

    @property
    def environment(self) -> Path:
        """The build's own virtual environment."""
        return self.root / ".venv"

    @property
    def python(self) -> Path:
        """The interpreter of that environment (its folder has another name on Windows)."""
        windows = self.environment / "Scripts" / "python.exe"
        return windows if windows.exists() else self.environment / "bin" / "python"
