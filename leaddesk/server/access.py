"""Who may ask for which route: one table. What is not in it does not exist.

Operations inside a push are checked against ``domain.role`` one by one; scopes decide what is seen and touched.
"""

from leaddesk.domain.errors import Denied
from leaddesk.domain.record import User
from leaddesk.domain.role import SEES_ALL
from leaddesk.domain.words import Role

EVERYBODY = frozenset(Role)
ADMINISTRATORS = frozenset({Role.ADMIN})

#: Roles by method and path; None: also without signing in.
ROUTES: dict[tuple[str, str], frozenset[Role] | None] = {
    ("GET", "/v1/hello"): None,
    ("POST", "/v1/sign-in"): None,
    ("GET", "/v1/openapi.json"): None,
    ("POST", "/v1/sign-out"): EVERYBODY,
    ("POST", "/v1/push"): EVERYBODY,
    ("POST", "/v1/pull"): EVERYBODY,
    ("GET", "/v1/devices"): EVERYBODY,
    ("POST", "/v1/devices/{device}/revoke"): EVERYBODY,
    ("GET", "/v1/users"): ADMINISTRATORS,
    ("POST", "/v1/users"): ADMINISTRATORS,
}


def check(method: str, path: str, role: Role) -> None:
    """Raises ``Denied("route-not-permitted")`` unless the table lets ``role`` ask."""
    roles = ROUTES.get((method, path), frozenset())
    if roles is not None and role not in roles:
        raise Denied("route-not-permitted", path=path, role=role.value)


def sight(user: User) -> frozenset[str] | None:
    """The scopes a user sees and may touch: None is the whole tenant."""
    if user.role in SEES_ALL:
        return None
    return frozenset({"all", f"user:{user.id}", *(f"team:{team}" for team in user.teams)})


def in_sight(scopes: frozenset[str], user: User) -> bool:
    """Whether something in ``scopes`` is the user's to see and touch; nothing yet there is."""
    seen = sight(user)
    return seen is None or not scopes or bool(scopes & seen)
