"""Refuses IDs that are no IDs of calls, before a request is sent."""

from callinspect.errors import UsageError, either
from callinspect.provider.address import segment
from callinspect.provider.contract import Provider


def check_id(provider: Provider, call_id: str) -> None:
    """Refuse an ID that would reach another endpoint of the vendor's.

    Raises:
        UsageError: the ID is invalid.
    """
    segment(call_id)
    if call_id in provider.reserved_ids:
        raise UsageError(f"“{call_id}” is part of {provider.title}'s API paths, not a call ID")
    form = provider.form_of(call_id)
    if form is not None and form.instead:
        raise UsageError(f"this is a {form.kind}'s ID, not a call ID", hint=form.command(call_id))
    fixed = [form.description for form in provider.id_forms if form.is_fixed]
    if fixed and not provider.recognizes(call_id):
        raise UsageError(f"a call ID of {provider.title} is {either(fixed)}")
