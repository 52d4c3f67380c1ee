"""tldr's commands with their slots filled: a value goes into the command, and after its noun into the sentence."""

from __future__ import annotations

import re
from typing import Final

from models.foundry.bash_line import NotConverted

_SLOT: Final = re.compile(r"\{\{(.*?)\}\}")
_CHOICE: Final = re.compile(r"\[([^|\[\]]*)\|[^\[\]]*\]")
_ARTICLE: Final = r"\b(an?|the|its|another|one|this|any)\s+"
_VAGUE: Final = re.compile(r"\b(?:specific|specified|given|particular|certain|single)\s+", re.IGNORECASE)
_NOUNS: Final[tuple[tuple[str, str, tuple[str, ...]], ...]] = (
    (
        r"(?:package|package_name|formula|crate|plugin|plugin_name|module|module_name|gem|extension|app|app_name)",
        r"(?:package|formula|crate|plugin|module|gem|extension|application|app)",
        ("requests", "ripgrep", "lodash", "numpy", "serde", "htop"),
    ),
    (r"(?:branch|branch_name)", r"branch", ("fix-login", "develop", "release-2.4", "feature/search")),
    (r"(?:container|container_name|container_id)", r"container", ("web1", "db-main", "cache01", "proxy")),
    (r"(?:image|image_name|image:tag)", r"image", ("alpine:3.20", "nginx:1.27", "debian:12")),
    (r"(?:username|user|user_name)", r"user", ("maria", "jonas", "deploy", "akira")),
    (r"(?:group|group_name)", r"group", ("staff", "editors", "ops")),
    (
        r"(?:host|hostname|remote_host|host_name|server)",
        r"(?:host|server|machine|hostname)",
        ("web01", "nas.local", "build7"),
    ),
    (
        r"(?:example\.com|domain|domain_name|domain\.com)",
        r"(?:domain|host|website|site|domain name)",
        ("mail.example.org", "example.net"),
    ),
    (
        r"(?:https?://example\.com\S*|url)",
        r"(?:URL|website|web page|webpage|page|address|site)",
        ("https://example.org/a.html", "https://example.net/feed"),
    ),
    (r"(?:session|session_name)", r"session", ("work", "train", "logs")),
    (r"(?:project_name|project)", r"project", ("shopfront", "weather-api")),
    (r"(?:database|database_name|dbname|db_name)", r"database", ("shop", "inventory", "crm_test")),
    (r"(?:table|table_name)", r"table", ("orders", "customers")),
    (r"(?:tag|tag_name)", r"tag", ("v1.8.0", "v0.3.2")),
    (r"(?:service|service_name|unit)", r"(?:service|unit)", ("nginx", "sshd", "redis")),
    (
        r"(?:vm_name|vm|instance_name|instance|virtual_machine)",
        r"(?:VM|virtual machine|instance)",
        ("ubuntu24", "win11-test"),
    ),
    (r"(?:pod|pod_name)", r"pod", ("api-7d9f", "worker-0")),
    (r"(?:environment|environment_name|env_name)", r"environment", ("py312", "staging")),
    (r"(?:port|8080|port_number)", r"port", ("8080", "5432", "3000")),
    (r"(?:pid|process_id)", r"(?:process|PID|process ID)", ("4312", "918")),
    (r"(?:process_name)", r"process", ("firefox", "nginx")),
    (r"(?:remote|remote_name)", r"remote", ("upstream", "backup")),
    (r"(?:task|task_name|target)", r"(?:task|target)", ("build", "deploy-docs")),
    (r"(?:script|path/to/script(?:\.\w+)?)", r"script", ("setup.sh", "nightly.sh")),
    (
        r"(?:path/to/)?(?:directory|folder|project_directory|target_directory|repository|repo|project|dir)",
        r"(?:directory|folder|repository|repo)",
        ("photos", "src/api", "~/work/site", "reports"),
    ),
    (
        r"(?:path/to/)?(?:file|file_or_directory|input_file|source_file|filename|file_name)",
        r"file",
        ("notes.txt", "report.md", "draft.txt", "inventory.csv"),
    ),
    (
        r"(?:pattern|search_pattern|regex|search_term|keyword|query|search_query|text|string|search_string|term)",
        r"(?:pattern|term|keyword|regex|query|text|string|phrase|search term)",
        ("invoice", "timeout", "2025"),
    ),
)
_STEMS: Final = ("report", "summer", "sample", "menu", "draft2", "intro", "map")


def filled(sentence: str, raw: str) -> tuple[str, str]:
    """A sentence and its command with all slots filled. Raises NotConverted: a slot has no noun in the sentence."""
    command = _SLOT.sub(lambda slot: _CHOICE.sub(r"\1", slot[1]) if _CHOICE.fullmatch(slot[1]) else slot[0], raw)
    slots = list(dict.fromkeys(_SLOT.findall(command)))
    sentence = re.sub(r"`([^`]*)`", r"\1", sentence)
    values: list[str] = []
    for slot in slots:
        value, noun = _value(slot, len(sentence))
        sentence = _told(sentence, noun, value, values)
        values.append(value)
        command = command.replace("{{" + slot + "}}", value)
    if len(slots) > 2 or "..." in command or re.search(r"[()]|\w's\b", sentence):
        raise NotConverted("tldr: slots")
    return sentence, command


def _value(slot: str, seed: int) -> tuple[str, str]:
    """A value for a slot and the noun it stands for. The same sentence gets the same value."""
    for names, noun, values in _NOUNS:
        if re.fullmatch(names, slot):
            return values[seed % len(values)], noun
    if match := re.fullmatch(
        r"(?:path/to/)?(?:file|input|image|output|document|source|archive|video|audio)\.(\w{1,5}(?:\.gz)?)", slot
    ):
        return f"{_STEMS[seed % len(_STEMS)]}.{match[1]}", rf"(?:{match[1]} )?(?:file|image|document|archive|video)"
    raise NotConverted("tldr: slots")


def _told(sentence: str, noun: str, value: str, others: list[str]) -> str:
    """The sentence with the value after the only noun that it can stand for. Raises NotConverted."""
    text = _VAGUE.sub("", sentence)
    text = re.sub(r"\b([Aa])n (?=[^aeiouAEIOU\s])|\b([Aa]) (?=[aeioAEIO])", _article, text)
    places = list(
        re.finditer(
            rf"{_ARTICLE}(?:[\w.-]+\s+){{0,2}}?{noun}\b(?!s|\s+(?:name|type|list|system|size|format|of|in|on|ID)\b)",
            text,
            re.I,
        )
    )
    if len(places) != 1:
        raise NotConverted("tldr: slots")
    at = places[0].end()
    if any(text[at:].startswith(f" {other}") for other in [*others, "or "]):
        raise NotConverted("tldr: slots")
    return f"{text[:at]} {value}{text[at:]}"


def _article(match: re.Match[str]) -> str:
    return f"{match[1]} " if match[1] else f"{match[2]}n "
