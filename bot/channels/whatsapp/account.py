"""Whether the account at Meta is set up: token, number, subscription, templates; each fault with its mend."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.channels.whatsapp.graph import Graph, GraphError
from bot.channels.whatsapp.lenient import text_of
from bot.channels.whatsapp.settings import FILE, WhatsAppSettings
from bot.channels.whatsapp.templates import Templates
from bot.channels.whatsapp.templates_file import check_against_account
from bot.errors import Complaints, Place

_PLACE = Place(FILE)
_MENDS = {
    190: "The access token is wrong or has expired: make a new one for a system user, and never a 24-hour one.",
    100: "Check phone_number_id and business_account_id: WhatsApp Manager shows both under 'API setup'.",
    10: "Give the token's system user the permission whatsapp_business_messaging.",
    200: "Give the token's system user the permissions whatsapp_business_messaging and _management.",
}


async def check_account(
    settings: WhatsAppSettings, templates: Templates, graph: Graph, complaints: Complaints
) -> Mapping[str, Any]:
    """Ask Meta, and complain of what is wrong.

    Returns:
        What Meta tells of the number: ``display_phone_number``, ``verified_name``, ``quality_rating``.
    """
    try:
        number = await graph.get(
            settings.phone_number_id, fields="display_phone_number,verified_name,quality_rating"
        )
    except GraphError as error:
        _complain(complaints, "number", "The number cannot be asked for", error)
        return {}
    if text_of(number.get("quality_rating")) == "RED":
        mend = "Send less that customers block or report: Meta lowers the limit of such numbers."
        complaints.warn("whatsapp-quality", "Meta rates the number's quality as low.", mend, _PLACE)
    if not settings.business_account_id:
        mend = "Write 'business_account_id: ...': WhatsApp Manager shows it under 'API setup'."
        message = "Subscription and templates were not looked at: 'business_account_id' is missing."
        complaints.warn("whatsapp-account", message, mend, _PLACE)
        return number
    await _check_subscription(settings, graph, complaints)
    try:
        account = await graph.pages(f"{settings.business_account_id}/message_templates", limit="200")
    except GraphError as error:
        _complain(complaints, "templates", "The templates cannot be asked for", error)
    else:
        check_against_account(templates, account, complaints)
    return number


async def _check_subscription(settings: WhatsAppSettings, graph: Graph, complaints: Complaints) -> None:
    try:
        apps = await graph.pages(f"{settings.business_account_id}/subscribed_apps")
    except GraphError as error:
        _complain(complaints, "subscription", "The webhook's subscription cannot be asked for", error)
        return
    if not apps:
        mend = "In the app: WhatsApp, Configuration; save the webhook, then subscribe to 'messages'."
        message = "No app is subscribed to the account: no message will come."
        complaints.error("whatsapp-subscription", message, mend, _PLACE)


def _complain(complaints: Complaints, code: str, what: str, error: GraphError) -> None:
    mend = _MENDS.get(error.number)
    if mend is None and 200 <= error.number < 300:
        mend = _MENDS[200]
    if mend is None:
        mend = "Try again a little later." if error.broken else "See Meta's page on error codes."
    complaints.error(f"whatsapp-{code}", f"{what}: {error}", mend, _PLACE)
