"""Addresses of forwarders as people have them at hand, brought into the form that apprise understands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of forwarder: its name, an example of an address, and what an address may begin with.

    `turns` says what a beginning that people know becomes: "https://" of a webhook is "jsons://".
    """

    name: str
    example: str
    beginnings: tuple[str, ...]
    turns: Mapping[str, str]
    hint: str


def _kind(name: str, example: str, beginnings: tuple[str, ...], hint: str, **turns: str) -> Kind:
    return Kind(name, example, beginnings, MappingProxyType({f"{key}://": end for key, end in turns.items()}), hint)


KINDS: tuple[Kind, ...] = (
    _kind(
        "Mail",
        "mailtos://user:password@example.com?to=me@example.com",
        ("mailto://", "mailtos://"),
        "User, password and server of the mailbox that sends, and after “to=” who receives.",
    ),
    _kind(
        "ntfy",
        "https://ntfy.sh/topic",
        ("ntfy://", "ntfys://"),
        "The topic’s address. Whoever knows it can read along, so choose one that cannot be guessed.",
        https="ntfys://",
        http="ntfy://",
    ),
    _kind(
        "Telegram",
        "tgram://bot-token/chat-id",
        ("tgram://",),
        "The token that BotFather gave your bot, and the number of the chat with it.",
    ),
    _kind(
        "Discord",
        "https://discord.com/api/webhooks/id/token",
        ("discord://", "https://discord.com/api/webhooks/", "https://discordapp.com/api/webhooks/"),
        "The address that the channel’s settings show under “Integrations”, “Webhooks”.",
    ),
    _kind(
        "Webhook",
        "https://example.com/alerts",
        ("json://", "jsons://"),
        "Each alert is sent there as JSON with a title and a message.",
        https="jsons://",
        http="json://",
    ),
)


def address_of(kind: Kind, typed: str) -> str | None:
    """Return the address that was meant; None for one that cannot be of this kind.

    A Telegram address may be typed as "token/chat" alone.
    """
    text = typed.strip()
    for beginning, turned in kind.turns.items():
        if text.lower().startswith(beginning):
            text = turned + text[len(beginning) :]
    if "://" not in text and len(kind.beginnings) == 1 and "/" in text:
        text = kind.beginnings[0] + text
    begins = next((each for each in kind.beginnings if text.lower().startswith(each)), None)
    return text if begins is not None and len(text) > len(begins) and " " not in text else None
