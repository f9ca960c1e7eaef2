"""Who may do what, as one table. Handlers and pushes ask it; nothing else knows a role's name."""

from collections.abc import Mapping
from enum import StrEnum

from storage.accounts import Role


class Permission(StrEnum):
    """One thing that a request or a push may need."""

    TAKE_CALLS = "take_calls"  # presence, phone, control of one's own calls, screen pops
    SEE_LIVE = "see_live"
    SEE_NUMBERS = "see_numbers"  # whole caller numbers in lists, not only on one's own calls
    READ_TICKETS = "read_tickets"
    EDIT_TICKETS = "edit_tickets"
    OPEN_TICKET = "open_ticket"  # one ticket's page; without READ_TICKETS only what is put to one's own unit
    MOVE_TICKETS = "move_tickets"  # which moves, the tables in hotline say
    ANSWER_VALIDATION = "answer_validation"
    COORDINATE = "coordinate"
    GIVE_QUESTIONS = "give_questions"  # to a PIC or to another coordinator or operator
    READ_CALLS = "read_calls"
    PLAY_OWN_RECORDINGS = "play_own_recordings"
    PLAY_ALL_RECORDINGS = "play_all_recordings"
    READ_METRICS = "read_metrics"
    PRINT_REGISTERS = "print_registers"  # registers, piles of forms, the archive of paper
    READ_STATUS = "read_status"
    MANAGE_ACCOUNTS = "manage_accounts"
    MANAGE_VEHICLES = "manage_vehicles"  # the import of the vehicle table
    MANAGE_MATRIX = "manage_matrix"  # categories, their history, and what suggestions learn
    MANAGE_INTEGRATIONS = "manage_integrations"  # API keys of portals, webhooks
    PROPOSE_ARTICLES = "propose_articles"
    APPROVE_ARTICLES = "approve_articles"  # and refuse or retire them
    BLOCK_CALLERS = "block_callers"
    READ_AUDIT = "read_audit"
    MANAGE_PRIVACY = "manage_privacy"  # one person's data taken out or erased, the rules of retention


_WATCHES = frozenset(
    {
        Permission.SEE_LIVE,
        Permission.SEE_NUMBERS,
        Permission.READ_TICKETS,
        Permission.OPEN_TICKET,
        Permission.READ_CALLS,
        Permission.READ_METRICS,
        Permission.PRINT_REGISTERS,
        Permission.READ_STATUS,
    }
)

_OVERSEES = _WATCHES | {
    Permission.EDIT_TICKETS,
    Permission.MOVE_TICKETS,
    Permission.GIVE_QUESTIONS,
    Permission.PROPOSE_ARTICLES,
    Permission.PLAY_ALL_RECORDINGS,
    Permission.BLOCK_CALLERS,
}

# A PIC sees only what a coordinator puts to their unit, and that without who is calling.
PERMISSIONS: Mapping[Role, frozenset[Permission]] = {
    Role.OPERATOR: frozenset(
        {
            Permission.TAKE_CALLS,
            Permission.SEE_LIVE,
            Permission.READ_TICKETS,
            Permission.OPEN_TICKET,
            Permission.EDIT_TICKETS,
            Permission.MOVE_TICKETS,
            Permission.PROPOSE_ARTICLES,
            Permission.READ_CALLS,
            Permission.PLAY_OWN_RECORDINGS,
        }
    ),
    Role.COORDINATOR: _OVERSEES | {Permission.COORDINATE, Permission.APPROVE_ARTICLES},
    Role.PIC: frozenset({Permission.OPEN_TICKET, Permission.MOVE_TICKETS, Permission.ANSWER_VALIDATION}),
    Role.SUPERVISOR: _OVERSEES,
    Role.ADMIN: _WATCHES
    | {
        Permission.MANAGE_ACCOUNTS,
        Permission.MANAGE_VEHICLES,
        Permission.MANAGE_MATRIX,
        Permission.MANAGE_INTEGRATIONS,
        Permission.BLOCK_CALLERS,
        Permission.READ_AUDIT,
        Permission.MANAGE_PRIVACY,
    },
}


def may(role: Role, permission: Permission) -> bool:
    """Whether an account of this role has the permission."""
    return permission in PERMISSIONS[role]


def roles_with(permission: Permission) -> frozenset[Role]:
    """Every role that has the permission, for pushes."""
    return frozenset(role for role, granted in PERMISSIONS.items() if permission in granted)
