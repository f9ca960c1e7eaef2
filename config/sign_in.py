"""How people of each role sign in: how long a session lasts, and of whom a second factor is asked."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from config.base import Model

SignInRole = Literal["admin", "supervisor", "coordinator", "pic", "operator"]

Hours = Annotated[float, Field(gt=0, le=168)]
IdleMinutes = Annotated[float, Field(ge=5, le=1440)]


class RoleRules(Model):
    """What holds for one role; what is not given is as for everybody (`session_hours`, `idle_minutes`)."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    session_hours: Hours | None = None
    """hours after which the role must sign in again"""
    idle_minutes: IdleMinutes | None = None
    """minutes without anybody there after which a session ends"""
    second_factor: bool | None = None
    """whether the role must have a second factor

    By itself admins and supervisors, where other machines reach the pages (http_bind, public_url): who has none sets
    one up at the next sign-in.
    """
