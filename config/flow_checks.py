"""A flow must lead every caller, also a silent one, to an end, through nodes and prompts that exist."""

from collections.abc import Iterator, Mapping

from config.flow import Flow, QueueNode, leads_to, prompts_of, silent_ways
from config.prompts import Prompts
from config.queues import QueueRules
from config.schema import Finding, did_you_mean
from config.spoken import SPOKEN

Queues = tuple[QueueRules, ...]


def no_dangling_names(flow: Flow) -> Iterator[Finding]:
    """Every name that a node leads to is a node."""
    if flow.start not in flow.nodes:
        yield Finding(("start",), _no_node(flow.start, flow))
    for name, node in flow.nodes.items():
        for where, target in leads_to(node):
            if target not in flow.nodes:
                yield Finding(("nodes", name, *where), _no_node(target, flow))


def timeouts_lead_somewhere(flow: Flow, queues: Queues) -> Iterator[Finding]:
    """A queue's way out after the maximum wait is a node."""
    for index, rules in enumerate(queues):
        if rules.on_timeout not in flow.nodes:
            where = ("queues", index, "on_timeout") if "on_timeout" in rules.model_fields_set else ("queues", index)
            yield Finding(where, f"on_timeout: {_no_node(rules.on_timeout, flow)}")


def every_node_is_reached(flow: Flow, queues: Queues) -> Iterator[Finding]:
    """A node that no caller can reach is a mistake in some other node."""
    reached: set[str] = set()
    ahead = [flow.start, *(rules.on_timeout for rules in queues)]
    while ahead:
        name = ahead.pop()
        if name in flow.nodes and name not in reached:
            reached.add(name)
            ahead.extend(target for _, target in leads_to(flow.nodes[name]))
    for name in flow.nodes:
        if name not in reached:
            yield Finding(("nodes", name), f"no caller can reach node `{name}`")


def queues_exist(flow: Flow, queues: Queues) -> Iterator[Finding]:
    """Every queue that the flow names has rules."""
    names = [rules.name for rules in queues]
    for name, node in flow.nodes.items():
        if isinstance(node, QueueNode) and node.queue not in names:
            reason = f"there is no queue `{node.queue}`{did_you_mean(node.queue, names)}"
            yield Finding(("nodes", name, "queue"), reason)


def prompts_exist(flow: Flow, prompts: Prompts) -> Iterator[Finding]:
    """Every prompt that a node names has a text, and needs no value that only the program has."""
    known = prompts.texts.keys()
    for name, node in flow.nodes.items():
        for field, prompt in prompts_of(node):
            if prompt not in known:
                reason = f"there is no prompt `{prompt}`{did_you_mean(prompt, known)}"
                yield Finding(("nodes", name, field), reason)
            elif SPOKEN.get(prompt):
                yield Finding(("nodes", name, field), f"prompt `{prompt}` needs values that a flow cannot give")


def silence_comes_to_an_end(flow: Flow, queues: Queues) -> Iterator[Finding]:
    """A caller who never presses a key is not led in a circle, not even by way of a queue's time-out."""
    ways = _silent_graph(flow, queues)
    done: set[str] = set()
    for name in flow.nodes:
        circle = _circle(name, ways, done, [])
        if circle:
            path = " → ".join((*circle, circle[0]))
            yield Finding(("nodes", circle[0]), f"a caller who presses nothing goes round for ever: {path}")


def _silent_graph(flow: Flow, queues: Queues) -> Mapping[str, tuple[str, ...]]:
    timeouts = {rules.name: rules.on_timeout for rules in queues}
    graph: dict[str, tuple[str, ...]] = {}
    for name, node in flow.nodes.items():
        ways = (timeouts.get(node.queue, ""),) if isinstance(node, QueueNode) else silent_ways(node)
        graph[name] = tuple(way for way in ways if way in flow.nodes)
    return graph


def _circle(name: str, ways: Mapping[str, tuple[str, ...]], done: set[str], path: list[str]) -> list[str]:
    """The first circle found from `name` on; `done` collects nodes that are known to be in none."""
    if name in path:
        done.update(path)
        return path[path.index(name) :]
    if name in done:
        return []
    for way in ways[name]:
        circle = _circle(way, ways, done, [*path, name])
        if circle:
            return circle
    done.add(name)
    return []


def _no_node(name: str, flow: Flow) -> str:
    return f"there is no node `{name}`{did_you_mean(name, flow.nodes)}"
