"""Rules once more, slowly: whole numbers and plain loops, written from the definitions and from nothing else.

Prices are whole numbers, fractions are per mille.  Conditions are plain tuples:
("above", who, level), ("below", who, level), ("within", who, d), ("drawdown", who, d), ("highest", who, n),
("lowest", who, n), ("move", who, change, n), ("states", who, states, N, near, k, buffer), ("all", ...), ("any", ...).
"""

from __future__ import annotations

from typing import Any, NamedTuple

Spec = tuple[Any, ...]
HOUR = 3600
SETTLE = 20 * 60
LATE = 2 * HOUR

CONFIRM_MARGIN, FAIL, SPELL, LEAST, BETWEEN = 30, 20, 6, 5, 20
AT_HIGH = ("touch", "above", "break", "confirmed", "failed")


class Row(NamedTuple):
    """One settled bar: its session (a day's number), when it closed (epoch seconds), and its price."""

    session: int
    closed: int
    price: int


class Memory(NamedTuple):
    """What is on record of a rule."""

    armed: int
    through: int | None
    fired: int | None


def slow_states(prices: list[int], n: int, near: int, k: int, buffer: int) -> list[str]:  # noqa: C901
    """The state of every bar, line by line as the definitions have it, with the level frozen for the buffer."""
    states: list[str] = []
    s, level, cnt, j = "warmup", 0, 0, 0
    frozen: int | None = None
    for i, q in enumerate(prices):
        before = prices[:i]
        m = max(before) if before else None
        u = 0
        if m is not None:
            fresh = [t for t in range(i) if t == 0 or prices[t] > max(prices[:t])]
            u = i - fresh[-1] - 1
        if frozen is None and m is not None and u >= n:
            frozen = m
        broken = None
        if frozen is not None and q * 1000 > frozen * (1000 + buffer):
            broken, frozen = frozen, None
        if i < LEAST:
            s = "warmup"
        elif s in ("break", "confirmed"):
            j += 1
            cnt = cnt + 1 if q > level else 0
            if q * 1000 < level * (1000 - FAIL):
                s = "failed"
            elif s == "break" and (cnt >= k or q * 1000 >= level * (1000 + CONFIRM_MARGIN)):
                s = "confirmed"
            elif j >= SPELL:
                s = "above"
        elif broken is not None:
            level, cnt, j = broken, 1, 0
            s = "confirmed" if q * 1000 >= level * (1000 + CONFIRM_MARGIN) else "break"
        else:
            assert m is not None
            close_by = s in ("near", "touch", "above", "failed")
            if q > m:
                s = "above"
            elif q == m:
                s = "touch"
            elif q * 1000 >= m * (1000 - near) or (close_by and q * 1000 >= m * (1000 - near - BETWEEN)):
                s = "near"
            else:
                s = "below"
        states.append(s)
    return states


def slow_news(states: list[str], wanted: tuple[str, ...]) -> dict[int, str]:
    """The states entered that a person wants to be told of, by the bar."""
    told: dict[int, str] = {}
    for i in range(1, len(states)):
        entered, before = states[i], states[i - 1]
        if entered == before or entered not in wanted:
            continue
        if entered == "near" and before != "below":
            continue
        if entered == "touch":
            since = states[:i]
            while "below" in since:
                since = since[since.index("below") + 1 :]
            if any(state in AT_HIGH for state in since):
                continue
        told[i] = entered
    return told


def slow_level(spec: Spec, prices: list[int], i: int) -> tuple[str, int, int] | None:
    """The side and the level (as a fraction) that bar i must reach; None while there is none."""
    before = prices[:i]
    kind = spec[0]
    if kind in ("above", "below"):
        return kind, spec[2], 1
    if kind == "within":
        return ("above", max(before) * (1000 - spec[2]), 1000) if before else None
    if kind == "drawdown":
        return ("below", max(before) * (1000 - spec[2]), 1000) if before else None
    if kind == "highest":
        return ("above", max(before[1 - spec[2] :]), 1) if len(before) >= spec[2] - 1 else None
    if kind == "lowest":
        return ("below", min(before[1 - spec[2] :]), 1) if len(before) >= spec[2] - 1 else None
    change, n = spec[2], spec[3]
    if len(before) < n:
        return None
    start = min(before[-n:]) if change > 0 else max(before[-n:])
    return "above" if change > 0 else "below", start * (1000 + change), 1000


def slow_truth(spec: Spec, prices: list[int], rearm: int) -> list[bool | None]:
    """Whether a condition holds on each bar of its own asset; None where that is not known."""
    if spec[0] == "states":
        states = slow_states(prices, *spec[3:])
        return [None if state == "warmup" else state in spec[2] for state in states]
    truth: list[bool | None] = []
    held = False
    for i, q in enumerate(prices):
        found = slow_level(spec, prices, i)
        if found is None:
            truth.append(None)
            continue
        side, level, of = found
        sign = 1 if side == "above" else -1
        strict = spec[0] in ("highest", "lowest")
        there = sign * (q * of - level) > 0 if strict else sign * (q * of - level) >= 0
        back = sign * (q * of * 1000 - level * (1000 - sign * rearm)) <= 0
        held = there or (held and not back)
        truth.append(held)
    return truth


def parts_of(spec: Spec) -> list[Spec]:
    """The conditions that look at something."""
    return [leaf for part in spec[1:] for leaf in parts_of(part)] if spec[0] in ("all", "any") else [spec]


def together(spec: Spec, truth: dict[Spec, bool | None]) -> bool | None:
    """And and or in three values."""
    if spec[0] not in ("all", "any"):
        return truth[spec]
    values = [together(part, truth) for part in spec[1:]]
    decisive = spec[0] == "any"
    if decisive in values:
        return decisive
    return None if None in values else not decisive


def slow_candidates(spec: Spec, rows: dict[str, list[Row]], rearm: int) -> list[tuple[Row, list[str]]]:
    """What there would be to say of each session, oldest first, before anything keeps the rule silent."""
    leaves = parts_of(spec)
    leading = rows[leaves[0][1]]
    seen = []
    for row in leading:
        known = {who: len([one for one in rows[who] if one.closed <= row.closed]) for who in rows}
        seen.append(known)
    truths = {leaf: slow_truth(leaf, [row.price for row in rows[leaf[1]]], rearm) for leaf in leaves}
    news = {
        leaf: slow_news(slow_states([row.price for row in rows[leaf[1]]], *leaf[3:]), leaf[2])
        for leaf in leaves
        if leaf[0] == "states"
    }
    found, last = [], None
    earlier: dict[Spec, bool | None] = dict.fromkeys(leaves)
    counts = dict.fromkeys(rows, 0)
    for t, row in enumerate(leading):
        now = {leaf: truths[leaf][seen[t][leaf[1]] - 1] if seen[t][leaf[1]] else None for leaf in leaves}
        whole = together(spec, now)
        labels: list[str] = []
        if whole:
            for leaf, entered in news.items():
                fresh = [entered[i] for i in range(counts[leaf[1]], seen[t][leaf[1]]) if i in entered]
                if fresh and now[leaf] and fresh[-1] not in labels:
                    labels.append(fresh[-1])
        states_now = {leaf: now[leaf] if leaf in news else earlier[leaf] for leaf in leaves}
        begins = whole and last is False and not (news and together(spec, states_now))
        if labels or begins:
            found.append((row, labels or ["fired"]))
        last = last if whole is None else whole
        earlier, counts = now, seen[t]
    return found


def slow_judge(
    spec: Spec,
    rows: dict[str, list[Row]],
    memory: Memory,
    now: int,
    *,
    rearm: int,
    cooldown: int,
    ends: int | None,
    held_back: bool,
) -> tuple[list[tuple[int, str, bool]], Memory]:
    """What is told at `now`, each (session, transition, late), and what is on record afterwards."""
    leading = rows[parts_of(spec)[0][1]]
    told, fired = [], memory.fired
    fired_closed = max((row.closed for row in leading if fired is not None and row.session <= fired), default=None)
    last = leading[-1].session
    for row, labels in slow_candidates(spec, rows, rearm):
        if (memory.through is not None and row.session <= memory.through) or row.closed <= memory.armed:
            continue
        if ends is not None and row.closed > ends:
            continue
        if fired_closed is not None and fired_closed < row.closed < fired_closed + cooldown:
            continue
        fired_closed = row.closed
        kept = [name for name in labels if not (held_back and row.session == last and name == "confirmed")]
        told += [(row.session, name, now > row.closed + SETTLE + LATE) for name in kept]
        fired = row.session if kept else fired
    through = last
    if held_back:
        through = leading[-2].session if len(leading) > 1 else last - 1
    if memory.through is not None:
        through = max(through, memory.through)
    return told, memory._replace(through=through, fired=fired)
