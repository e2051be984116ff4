"""Queries of the pages before sign-in, in sentences: who may join, who invites, and whom to ask."""

from echoes.accounts.entry import WayIn
from echoes.operator_settings import SignUpRules
from echoes.settings import get_settings
from echoes.text.formatting import pluralize
from echoes.text.isolation import isolated

ASK = "Please ask somebody who is here, or the people who run this site."


def welcome_of(way: WayIn) -> str:
    """Empty without a good invitation."""
    if not way.is_invited:
        return ""
    invites = f"{isolated(way.inviter)} invites you to join." if way.inviter else "You are invited to join."
    if not way.credits or not get_settings().counts_credits:
        return invites
    return f"{invites} The invitation comes with {pluralize(way.credits, 'credit')} to make clips."


def whom_to_ask(rules: SignUpRules) -> str:
    """Empty where everybody can join, unless an operator wrote something."""
    return rules.whom_to_ask or ("" if rules.policy == "open" else ASK)


def rule_of(rules: SignUpRules) -> str:
    if rules.policy == "open":
        return "Anyone can join here."
    if rules.policy == "invited":
        return "People join here by invitation."
    *others, last = rules.domains or [""]
    domains = f"{', '.join(others)} or {last}" if others else last
    return f"People with an e-mail address at {domains} can join here, and people with an invitation."
