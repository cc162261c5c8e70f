"""What is on the shelf, by colour and size; what it costs; and what else there is."""

from __future__ import annotations

import re

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.types import DomainDict

from actions.parts import ShopAction, ShopForm, Slots, entity, may_name, text_of
from actions.shop.phone import digits_of
from actions.shop.ports import Alternative, Availability, Product
from actions.shop.search import inflects, words_of
from actions.wording import listed, money
from bot.turkish import fold

ANY = "fark etmez"
"""The colour or size of a customer who takes each."""

_FEW = 3
_FEES = {
    "utter_fee_cargo": r"\b(kargo|gonderim|teslimat)\w*",
    "utter_fee_on_delivery": r"\bkapida\b",
    "utter_fee_assembly": r"\b(kurulum|montaj)\w*",
}


class ProductForm(ShopForm):
    """Asks which product is meant, and asks again when the words fit several."""

    async def required_slots(
        self, domain_slots: list[str], dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[str]:
        return ["product"]

    async def extract_product(self, say: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> Slots:
        if tracker.get_slot("requested_slot") != "product" or entity(tracker, "product"):
            return {}
        text = text_of(tracker)
        found = await self.shop.stock.find(text, limit=1) if text else ()
        return {"product": text} if found or may_name(tracker, self.starts) else {}

    async def validate_product(
        self, value: str, say: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> Slots:
        found = await self.shop.stock.find(str(value), limit=_FEW)
        # The entity may be a part only: "gömlek" of "keten gömlek var mı".
        named = [
            one
            for one in await self.shop.stock.find(text_of(tracker), limit=_FEW)
            if _names(text_of(tracker), one)
        ]
        if len(named) == 1:
            found = tuple(named)
        if not found and tracker.get_slot("product_words"):
            # Which of several was asked, and "siyah" or "M" chooses none: what was offered is still offered.
            if not (entity(tracker, "color") or entity(tracker, "size")):
                say.utter_message(response="utter_product_unknown")
            return {"product": None, "product_code": None}
        if not found:
            say.utter_message(response="utter_product_unknown")
            return {"product": None, "product_words": None, "product_code": None}
        if len(found) > 1 and not _names(str(value), found[0]):
            return {"product": None, "product_words": value, "product_code": None}
        return {"product": found[0].name, "product_words": None, "product_code": found[0].code}


def _names(text: str, product: Product) -> bool:
    """Whether the text has every word of the product's name, with or without suffixes."""
    said = words_of(text)
    return all(any(word == one or inflects(one, word) for one in said) for word in words_of(product.name))


class StockForm(ProductForm):
    form = "stock_form"
    starts = "stock_query"

    async def required_slots(
        self, domain_slots: list[str], dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[str]:
        seen = await look_up(self, tracker) if tracker.get_slot("product") else None
        if seen is None:
            return ["product", "color", "size"] if tracker.get_slot("product") is None else ["product"]
        product = seen.product
        colour = ["color"] if len(product.colours) > 1 else []
        size = ["size"] if len(product.sizes) > 1 else []
        return ["product", *colour, *size] if product.in_stock else ["product"]

    async def extract_color(self, say: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> Slots:
        return await self._kind("color", tracker)

    async def extract_size(self, say: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> Slots:
        return await self._kind("size", tracker)

    async def _kind(self, slot: str, tracker: Tracker) -> Slots:
        """A colour or size named by the catalogue's own words, when that is what was asked."""
        if tracker.get_slot("requested_slot") != slot or entity(tracker, slot):
            return {}
        seen = await look_up(self, tracker)
        folded = fold(text_of(tracker))
        if "fark et" in folded or "hangisi olursa" in folded or "herhangi" in folded:
            return {slot: ANY}
        kinds = () if seen is None else seen.product.colours if slot == "color" else seen.product.sizes
        for kind in sorted(kinds, key=len, reverse=True):
            if re.search(rf"(?<!\w){re.escape(fold(kind))}", folded):
                return {slot: kind}
        short = len(folded.split()) <= 2 and may_name(tracker, self.starts)
        return {slot: text_of(tracker)} if short else {}

    async def validate_color(
        self, value: str, say: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> Slots:
        return {"color": None if _of_another_product("color", tracker) else value}

    async def validate_size(
        self, value: str, say: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> Slots:
        return {"size": None if _of_another_product("size", tracker) else value}


def _of_another_product(slot: str, tracker: Tracker) -> bool:
    """Whether the value was said about an earlier product, and this message names a new one."""
    starting = tracker.get_slot("requested_slot") is None
    return starting and bool(entity(tracker, "product")) and not entity(tracker, slot)


async def look_up(parts: ShopForm | ShopAction, tracker: Tracker) -> Availability | None:
    """What there is of the product, colour and size in the slots."""
    code = str(tracker.get_slot("product_code") or "")
    colour, size = (str(tracker.get_slot(slot) or "") for slot in ("color", "size"))
    wanted = ("" if one == ANY else one for one in (colour, size))
    return await parts.shop.stock.check(code, *wanted) if code else None


class AskProduct(ShopAction):
    """Asks which product; offers those that the words fit."""

    action = "action_ask_product"

    async def answer(self, say: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        words = tracker.get_slot("product_words")
        found = await self.shop.stock.find(str(words), limit=_FEW) if words else ()
        if not found:
            say.utter_message(response="utter_ask_for_product")
            return []
        names = listed([one.name for one in found], "veya")
        say.utter_message(response="utter_ask_which_product", names=names, buttons=_product_buttons(found))
        return []


class AskColor(ShopAction):
    """Asks for the colour, naming those that there are."""

    action = "action_ask_color"

    async def answer(self, say: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        seen = await look_up(self, tracker)
        colours = seen.product.colours if seen else ()
        _ask_kind("color", colours, say)
        return []


class AskSize(ShopAction):
    """Asks for the size, naming those that there are."""

    action = "action_ask_size"

    async def answer(self, say: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        seen = await look_up(self, tracker)
        sizes = seen.product.sizes if seen else ()
        _ask_kind("size", sizes, say)
        return []


def _ask_kind(slot: str, kinds: tuple[str, ...], say: CollectingDispatcher) -> None:
    buttons = [{"title": one, "payload": f'/stock_query{{"{slot}": "{one}"}}'} for one in kinds]
    buttons.append({"title": "Fark etmez", "payload": f'/stock_query{{"{slot}": "{ANY}"}}'})
    say.utter_message(response=f"utter_ask_for_{slot}", kinds=listed(kinds, "veya"), buttons=buttons)


def _product_buttons(products: tuple[Product, ...]) -> list[dict[str, str]]:
    return [{"title": one.name, "payload": f'/stock_query{{"product": "{one.name}"}}'} for one in products]


class TellStock(ShopAction):
    """Says whether it is there; when not, what is instead, and offers to tell when it is back."""

    action = "action_tell_stock"

    async def answer(self, say: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        seen = await look_up(self, tracker)
        if seen is None:
            say.utter_message(response="utter_product_unknown")
            return []
        named = _named(seen)
        if seen.in_stock:
            pieces = sum(one.quantity for one in seen.available)
            few = f" Son {pieces} adet." if pieces <= _FEW else ""
            say.utter_message(
                response="utter_in_stock", named=named, price=money(seen.product.price_kurus), few=few
            )
            return []
        others = await self.shop.stock.alternatives(seen)
        response = "utter_out_of_stock_with_alternatives" if others else "utter_out_of_stock"
        say.utter_message(response=response, named=named, alternatives=_offers(others))
        return (
            [FollowupAction("utter_offer_stock_alert")] if seen.matching or not seen.product.in_stock else []
        )


def _named(seen: Availability) -> str:
    kind = ", ".join(one for one in (seen.colour, seen.size) if one)
    return f"{seen.product.name} ({kind})" if kind else seen.product.name


def _offers(others: tuple[Alternative, ...]) -> str:
    """``mavi L, siyah M ve Oduncu Gömlek``."""
    named = []
    for one in others:
        kind = " ".join(part for part in (one.variant.colour, one.variant.size) if part)
        named.append(
            kind if one.same_product else f"{one.product.name} ({kind})" if kind else one.product.name
        )
    return listed(named)


class PriceForm(ProductForm):
    form = "price_form"
    starts = "price_query"

    async def required_slots(
        self, domain_slots: list[str], dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[str]:
        return [] if _fee_asked(tracker) else ["product"]


class TellPrice(ShopAction):
    """Says what a product, or a service around it, costs."""

    action = "action_tell_price"

    async def answer(self, say: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        fee = _fee_asked(tracker)
        if fee:
            say.utter_message(response=fee)
            return []
        seen = await look_up(self, tracker)
        if seen is None:
            say.utter_message(response="utter_product_unknown")
            return []
        product = seen.product
        say.utter_message(
            response="utter_price_discounted" if product.discounted else "utter_price",
            product=product.name,
            price=money(product.price_kurus),
            list_price=money(product.list_price_kurus),
        )
        return []


def _fee_asked(tracker: Tracker) -> str:
    """The answer about the fee that the message names; empty when it names none or a product."""
    if entity(tracker, "product"):
        return ""
    folded = fold(text_of(tracker))
    return next((answer for answer, words in reversed(_FEES.items()) if re.search(words, folded)), "")


class SearchForm(ShopForm):
    form = "search_form"
    starts = "product_search"

    async def required_slots(
        self, domain_slots: list[str], dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> list[str]:
        return ["product"]

    async def extract_product(self, say: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> Slots:
        if entity(tracker, "product"):
            return {}
        asked = tracker.get_slot("requested_slot") == "product"
        text = text_of(tracker)
        found = await self.shop.stock.find(text, limit=1) if text else ()
        if found or (asked and may_name(tracker, self.starts)):
            return {"product": text}
        # A new search is not about what was spoken of before.
        return {} if asked else {"product": None}

    async def validate_product(
        self, value: str | None, say: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> Slots:
        return {"product": value}


class TellProducts(ShopAction):
    """Names up to three products that fit the words and the price that was named."""

    action = "action_tell_products"

    async def answer(self, say: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        words = str(tracker.get_slot("product") or "")
        found = [one for one in await self.shop.stock.find(words, limit=10) if one.in_stock]
        most = _kurus(entity(tracker, "amount"))
        if most:
            found = [one for one in found if one.price_kurus <= most]
        if not found:
            say.utter_message(response="utter_search_nothing")
            return [SlotSet("product")]
        offered = tuple(found[:_FEW])
        names = listed([f"{one.name}, {money(one.price_kurus)}" for one in offered])
        say.utter_message(response="utter_search_found", names=names, buttons=_product_buttons(offered))
        # The words of a search name a kind; the next question about "it" is to ask which one.
        return [SlotSet("product"), SlotSet("product_code", offered[0].code if len(offered) == 1 else None)]


def _kurus(text: str) -> int:
    """An amount as the NLU normalises it, "750.50", or as customers write it, "1.500 TL", in kuruş; 0 for none."""
    if re.fullmatch(r"\d+\.\d{2}", text):
        return int(digits_of(text))
    lira, _, rest = text.partition(",")
    return int(digits_of(lira) or 0) * 100 + int(digits_of(rest)[:2].ljust(2, "0"))


class TakeNoOrder(ShopAction):
    """Orders are placed on the web site; says so, with the price when a product was named."""

    action = "action_tell_how_to_order"

    async def answer(self, say: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        words = entity(tracker, "product")
        found = await self.shop.stock.find(words, limit=1) if words else ()
        if found and found[0].in_stock:
            product = found[0]
            price = money(product.price_kurus)
            say.utter_message(response="utter_how_to_order_product", product=product.name, price=price)
        else:
            say.utter_message(response="utter_how_to_order")
        return []
