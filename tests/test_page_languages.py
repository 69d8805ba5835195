"""The interface's languages: one file each, the same texts, the same placeholders."""

import json
import re
from pathlib import Path
from string import Formatter
from typing import get_args

import pytest

import arenalab
from arenalab.errors import Reason
from arenalab.synthesise import TEMPLATES
from page_steps import LANGUAGES

ROOT = Path(__file__).resolve().parents[1]
CODES = ("en", "es", "pt", "de", "ar")
# The categories of whole numbers in CLDR 46, language by language.
PLURALS = {
    "en": {"one", "other"},
    "de": {"one", "other"},
    "es": {"one", "many", "other"},
    "pt": {"one", "many", "other"},
    "ar": {"zero", "one", "two", "few", "many", "other"},
}


def texts(code: str) -> dict[str, object]:
    """Return the texts of a language."""
    return json.loads((LANGUAGES / f"{code}.json").read_text(encoding="utf-8"))


def placeholders(text: str) -> set[str]:
    """Return the names a text leaves open."""
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


ENGLISH = texts("en")
ENGINE = Path(arenalab.__file__).parent
SOURCES = [
    *(ENGINE / "browser").glob("*.py"),
    *(ENGINE / "importers").glob("*.py"),
    *(ENGINE / f"{name}.py" for name in ("arena", "container")),
]
RAISED = "\n".join(file.read_text(encoding="utf-8") for file in SOURCES)
# Keys that are put together: what names they come with.
DERIVED = {
    **{f"error_pack_{why}": {"url"} for why in ("offline", "closed", "unreached")},
    "error_DamagedFileError": set(),
    "error_memory": set(),
}


def test_there_is_a_file_for_each_language_offered() -> None:
    """What static/languages.js offers is what is there."""
    script = (ROOT / "static/languages.js").read_text(encoding="utf-8")
    offered = re.search(r"known: \{(.*?)\}", script)
    assert offered is not None
    assert tuple(re.findall(r"(\w+): \"", offered[1])) == CODES
    assert {file.stem for file in LANGUAGES.glob("*.json")} == set(CODES)


@pytest.mark.parametrize("code", CODES)
def test_every_language_has_the_same_texts(code: str) -> None:
    """No key is missing, none is left over, none is empty."""
    assert list(texts(code)) == list(ENGLISH)
    assert all(texts(code).values())


@pytest.mark.parametrize("code", CODES)
def test_every_text_has_the_same_placeholders(code: str) -> None:
    """Each names what English names; of a plural only its zero may leave the number out."""
    for key, text in texts(code).items():
        if isinstance(text, dict):
            for category, form in text.items():
                allowed = [{"count"}, set()] if category == "zero" else [{"count"}]
                assert placeholders(form) in allowed, (key, category)
        elif not key.startswith("error_"):
            assert placeholders(str(text)) == placeholders(str(ENGLISH[key])), key


def test_errors_are_said_with_the_values_that_the_engine_names() -> None:
    """English is the engine's own words; the other languages name the same values as each other."""
    errors = [key for key in ENGLISH if key.startswith("error_")]
    assert {ENGLISH[key] for key in errors} == {"{message}"}
    for key in errors:
        named = [placeholders(str(texts(code)[key])) for code in CODES if code != "en"]
        assert all(names == named[0] for names in named), key
        if key.startswith("error_provider_"):
            assert key.removeprefix("error_provider_") in get_args(Reason)
            continue
        raised = re.search(rf'key="{key[6:]}"(.*?)\)(?: from|\n)', RAISED, re.DOTALL)
        known = set(re.findall(r"(\w+)=", raised[1])) if raised else DERIVED[key]
        assert named[0] <= known, key


def test_every_error_that_is_named_is_said() -> None:
    """A key that the engine gives an error has its text."""
    given = {f"error_{key}" for key in re.findall(r'\bkey="(\w+)"', RAISED)}
    assert given <= set(ENGLISH)
    assert {f"error_provider_{reason}" for reason in get_args(Reason)} <= set(ENGLISH)


@pytest.mark.parametrize("code", CODES)
def test_every_plural_has_the_forms_of_its_language(code: str) -> None:
    """As many forms as CLDR has categories."""
    plurals = {key: set(text) for key, text in texts(code).items() if isinstance(text, dict)}
    assert plurals.keys() == {key for key, text in ENGLISH.items() if isinstance(text, dict)}
    assert all(forms == PLURALS[code] for forms in plurals.values())


@pytest.mark.parametrize("code", CODES)
def test_arabic_alone_is_written_from_right_to_left(code: str) -> None:
    """Each file says its own direction."""
    assert texts(code)["dir"] == ("rtl" if code == "ar" else "ltr")


def test_the_static_page_is_the_english_of_the_file() -> None:
    """What paints before any script runs says what the English file says."""
    page = (ROOT / "index.html").read_text(encoding="utf-8")
    shown = re.findall(r'data-say="(\w+)"[^>]*>([^<]*)<', page)
    shown += [
        (key, text) for text, key in re.findall(r'aria-label="([^"]*)" data-label="(\w+)"', page)
    ]
    shown += [
        (key, text) for text, key in re.findall(r'placeholder="([^"]*)" data-hint="(\w+)"', page)
    ]
    assert len(shown) > 60
    assert [pair for pair in shown if ENGLISH[pair[0]] != pair[1]] == []


def test_every_text_is_used_and_every_used_text_is_there() -> None:
    """Keys in the page and its Python, and keys in the file, are the same ones."""
    files = sorted((ROOT / "app/page").glob("*.py"))
    code = "".join(file.read_text(encoding="utf-8") for file in files)
    page = (ROOT / "index.html").read_text(encoding="utf-8")
    named = set(re.findall(r'data-(?:say|label|hint)="(\w+)"', page))
    named |= set(re.findall(r'(?:[^.\w](?:say|count)|page\.tell)\(\s*["\'](\w+)["\']', code))
    assert named <= ENGLISH.keys() | {"level_", "reason_", "key"}
    built = re.compile(r"stage_|sure_|template_|level_|reason_|error_")
    loose = {key for key in ENGLISH if key not in named and not built.match(key)}
    assert {key for key in loose if f'"{key}"' not in code and key != "dir"} <= {
        "export_markdown",
        "export_json",
        "really_remove_named",
        "remove_named",
    }


@pytest.mark.parametrize("kind", TEMPLATES.keys() - {"nearest"})
def test_the_engines_templates_are_the_pages_english(kind: str) -> None:
    """What is said for the engine in another language is what it says itself in English."""
    assert ENGLISH[f"template_{kind}"] == TEMPLATES[kind]
