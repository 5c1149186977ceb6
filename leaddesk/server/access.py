"""Who may do what at the central: one table of rights by role, for every operation and every route.

What is not in it is denied. Scopes decide besides what is seen and touched.
"""

from leaddesk.domain.errors import Denied
from leaddesk.domain.record import User
from leaddesk.domain.role import MAY, REPORTED, SEES_ALL
from leaddesk.domain.words import Role

#: Rights that routes ask for, beside the kinds of operations: to push and pull, to sign out and see devices (one's
#: own; an administrator everybody's), to see and add users, to read the page for both sides.
SYNC, DEVICES, USERS, REPORT = "sync", "devices", "users", "report"

#: What each role may do: kinds of operations, which the desk knows too, and what only the central is asked for.
RIGHTS: dict[Role, frozenset[str]] = {
    role: kinds
    | {SYNC, DEVICES}
    | ({REPORT} if role in REPORTED else set())
    | ({USERS} if role is Role.ADMIN else set())
    for role, kinds in MAY.items()
}

#: The right a route asks for, by method and path; None: also without signing in.
ROUTES: dict[tuple[str, str], str | None] = {
    ("GET", "/v1/hello"): None,
    ("POST", "/v1/sign-in"): None,
    ("GET", "/v1/openapi.json"): None,
    ("POST", "/v1/sign-out"): DEVICES,
    ("POST", "/v1/push"): SYNC,
    ("GET", "/v1/pull"): SYNC,
    ("POST", "/v1/compare"): SYNC,
    ("GET", "/v1/report"): REPORT,
    ("GET", "/v1/devices"): DEVICES,
    ("POST", "/v1/devices/{device}/revoke"): DEVICES,
    ("GET", "/v1/users"): USERS,
    ("POST", "/v1/users"): USERS,
}


def permits(role: Role, right: str) -> bool:
    """Whether a role has a right: the kind of an operation, or what a route asks for."""
    return right in RIGHTS.get(role, frozenset())


def check(method: str, path: str, role: Role) -> None:
    """Raises ``Denied("route-not-permitted")`` unless the table lets ``role`` ask."""
    if (method, path) in ROUTES:
        right = ROUTES[method, path]
        if right is None or permits(role, right):
            return
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
