"""Drive's flat lists put together into a tree of paths."""

from collections.abc import Iterable, Iterator, Mapping

from app.storage.abilities import RemoteState

Children = Mapping[str, list[RemoteState]]


def by_parent(states: Iterable[RemoteState]) -> Children:
    """Sort items into their folders, keeping their order."""
    children: dict[str, list[RemoteState]] = {}
    for state in states:
        if state.parent_id is not None:
            children.setdefault(state.parent_id, []).append(state)
    return children


def below(children: Children, root_id: str) -> Iterator[tuple[str, RemoteState]]:
    """Yield what is below the root with its path, a folder before what it holds."""
    waiting = [("", root_id)]
    while waiting:
        path, folder_id = waiting.pop()
        for state in children.get(folder_id, ()):
            place = f"{path}/{state.name}" if path else state.name
            yield place, state
            if state.is_folder:
                waiting.append((place, state.remote_id))
