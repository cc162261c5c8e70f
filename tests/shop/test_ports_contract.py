"""What every shop does, in memory or in a database."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest

from actions.shop.demo import SHOWCASE
from actions.shop.ownership import TRIES_PER_ORDER
from actions.shop.ports import (
    CancelRefusal,
    NotShown,
    Order,
    OrderState,
    Proof,
    Request,
    RequestKind,
    ShipmentState,
    Shop,
)
from actions.shop.world import World

from .conftest import Watch

ELIF = "+905320004567"
BAD_TEXTS = [
    "",
    " ",
    "x" * 100_000,
    "'; DELETE FROM orders; --",
    "😀",
    "SN-",
    "\x00",
    "\ud800",
    "%",
    "SN-٤٨٢٩١٣",
]

pytestmark = pytest.mark.asyncio


def right(conversation: str = "c") -> Proof:
    return Proof(conversation, last_four="4567")


async def owned(shop: Shop, number: str) -> Order:
    found = await shop.orders.find(number, Proof("owner", verified_phone=ELIF))
    assert isinstance(found, Order)
    return found


class TestOwnership:
    @pytest.mark.parametrize("one", SHOWCASE, ids=lambda one: one.number)
    async def test_last_four_digits_open_an_order(self, shop: Shop, one) -> None:  # type: ignore[no-untyped-def]
        found = await shop.orders.find(one.number, Proof("c", last_four=one.last_four))
        assert isinstance(found, Order)
        assert (found.number, found.state) == (one.number, one.state)

    @pytest.mark.parametrize(
        "number", ["SN-100001", "sn100001", "100 001", "#100001", " Sn - 100001 numaralı"]
    )
    async def test_a_number_may_be_written_in_many_ways(self, shop: Shop, number: str) -> None:
        assert isinstance(await shop.orders.find(number, right()), Order)

    @pytest.mark.parametrize("digits", ["4567", "45 67", "4567'ydi", "0532 000 45 67", "+90 532 000 4567"])
    async def test_so_may_the_digits(self, shop: Shop, digits: str) -> None:
        assert isinstance(await shop.orders.find("SN-100001", Proof("c", last_four=digits)), Order)

    @pytest.mark.parametrize("phone", [ELIF, "905320004567", "0532 000 45 67"])
    async def test_a_verified_phone_needs_no_digits(self, shop: Shop, phone: str) -> None:
        assert isinstance(await shop.orders.find("SN-100001", Proof("c", verified_phone=phone)), Order)

    @pytest.mark.parametrize(
        "proof",
        [Proof("c"), Proof("c", "0000"), Proof("c", "", "+905550008901"), Proof("c", "1", "+905550008901")],
    )
    async def test_not_yours_and_no_such_order_are_the_same(self, shop: Shop, proof: Proof) -> None:
        strangers = await shop.orders.find("SN-100001", proof)
        watchful = Proof("d", proof.last_four, proof.verified_phone)
        nobodys = await shop.orders.find("SN-199999", watchful)
        assert isinstance(strangers, NotShown)
        assert strangers == nobodys and repr(strangers) == repr(nobodys)

    async def test_three_wrong_tries_and_even_the_right_digits_open_nothing(self, shop: Shop) -> None:
        left = []
        for _ in range(4):
            answer = await shop.orders.find("SN-100001", Proof("c", last_four="0000"))
            assert isinstance(answer, NotShown)
            left.append(answer.tries_left)
        assert left == [2, 1, 0, 0]
        assert await shop.orders.find("SN-100001", right()) == NotShown(0)
        assert await shop.orders.find("SN-100002", right()) == NotShown(0)

    async def test_other_conversations_and_verified_phones_go_on(self, shop: Shop) -> None:
        for _ in range(3):
            await shop.orders.find("SN-100001", Proof("c", last_four="0000"))
        assert isinstance(await shop.orders.find("SN-100001", right("another")), Order)
        assert isinstance(await shop.orders.find("SN-100001", Proof("c", verified_phone=ELIF)), Order)

    async def test_tries_are_forgotten_after_a_day(self, shop: Shop, watch: Watch) -> None:
        for _ in range(3):
            await shop.orders.find("SN-100001", Proof("c", last_four="0000"))
        watch.advance(timedelta(hours=24, seconds=1))
        assert isinstance(await shop.orders.find("SN-100001", right()), Order)
        assert await shop.orders.find("SN-100001", Proof("c", last_four="0000")) == NotShown(2)

    async def test_asking_without_digits_costs_nothing(self, shop: Shop) -> None:
        for _ in range(5):
            assert await shop.orders.find("SN-100001", Proof("c")) == NotShown(3)
        assert await shop.orders.find("SN-100001", Proof("c", " ", "+905550008901")) == NotShown(3)

    @pytest.mark.parametrize("number", ["SN-100001", "SN-199999"])
    async def test_ever_new_conversations_do_not_help_a_guesser(self, shop: Shop, number: str) -> None:
        for guess in range(TRIES_PER_ORDER):
            spelling = number if guess % 2 else number.replace("SN-", "sn ")
            await shop.orders.find(spelling, Proof(f"guesser {guess}", last_four=f"{guess:04d}"))
        assert await shop.orders.find(number, right("one more")) == NotShown(0)
        other = await shop.orders.find("SN-100002", right("one more"))
        assert isinstance(other, Order)

    async def test_many_guesses_at_once_are_few(self, shop: Shop) -> None:
        guesses = [Proof("c", last_four=f"{4558 + number}") for number in range(10)]
        answers = await asyncio.gather(*(shop.orders.find("SN-100001", guess) for guess in guesses))
        wrong = [answer for answer in answers if isinstance(answer, NotShown)]
        assert sorted(answer.tries_left for answer in wrong)[-3:] == [0, 1, 2]

    @pytest.mark.parametrize("bad", BAD_TEXTS)
    async def test_nonsense_is_not_shown(self, shop: Shop, bad: str) -> None:
        assert await shop.orders.find(bad, right()) == NotShown(2)
        assert isinstance(await shop.orders.find("SN-100001", Proof("x", last_four=bad)), NotShown)
        assert isinstance(await shop.orders.find("SN-100001", Proof(bad, verified_phone=bad)), NotShown)
        assert isinstance(await shop.cargo.track(bad, right("y")), NotShown)
        assert await shop.orders.latest(bad) == ()

    async def test_latest_orders_of_a_phone_come_newest_first(self, shop: Shop) -> None:
        found = await shop.orders.latest("905320004567", limit=5)
        assert len(found) == 5
        assert [one.placed_at for one in found] == sorted((one.placed_at for one in found), reverse=True)
        assert all(one.first_name == "Elif" for one in found)
        assert await shop.orders.latest("+905320004568") == ()
        assert await shop.orders.latest(ELIF, limit=0) == ()

    async def test_every_order_comes_back_whole(self, shop: Shop, world: World) -> None:
        for one in world.owned:
            assert await shop.orders.find(one.order.number, Proof("c", verified_phone=one.phone)) == one.order


class TestCancel:
    @pytest.mark.parametrize(
        ("number", "refusal"),
        [
            ("SN-100001", CancelRefusal.DELIVERED),
            ("SN-100002", CancelRefusal.ON_ITS_WAY),
            ("SN-100003", CancelRefusal.ON_ITS_WAY),
            ("SN-100005", CancelRefusal.ON_ITS_WAY),
            ("SN-100006", CancelRefusal.ON_ITS_WAY),
            ("SN-100007", CancelRefusal.ON_ITS_WAY),
            ("SN-100010", CancelRefusal.ALREADY_CANCELLED),
            ("SN-100011", CancelRefusal.RETURNING),
            ("SN-100012", CancelRefusal.RETURNING),
            ("SN-100013", CancelRefusal.RETURNING),
        ],
    )
    async def test_refused_by_state(self, shop: Shop, number: str, refusal: CancelRefusal) -> None:
        order = await owned(shop, number)
        answer = await shop.orders.cancel(order)
        assert (answer.done, answer.refusal, answer.refund_kurus) == (False, refusal, 0)
        assert await owned(shop, number) == order

    @pytest.mark.parametrize(
        ("number", "paid"), [("SN-100004", True), ("SN-100008", False), ("SN-100009", False)]
    )
    async def test_done_before_the_goods_leave(
        self, shop: Shop, watch: Watch, number: str, paid: bool
    ) -> None:
        order = await owned(shop, number)
        answer = await shop.orders.cancel(order)
        assert answer.done
        assert answer.refund_kurus == (order.total_kurus if paid else 0)
        assert answer.order == await owned(shop, number)
        assert (answer.order.state, answer.order.cancelled_at) == (OrderState.CANCELLED, watch())

    async def test_twice_is_harmless(self, shop: Shop) -> None:
        order = await owned(shop, "SN-100004")
        first, second = await asyncio.gather(shop.orders.cancel(order), shop.orders.cancel(order))
        assert sorted([first.done, second.done]) == [False, True]
        refused = second if first.done else first
        assert refused.refusal is CancelRefusal.ALREADY_CANCELLED


class TestCargo:
    async def test_a_delivered_parcel_tells_when_where_and_to_whom(self, shop: Shop) -> None:
        (parcel,) = await shop.cargo.shipments(await owned(shop, "SN-100001"))
        assert parcel.state is ShipmentState.DELIVERED
        assert parcel.delivered_at is not None and parcel.delivered_at.utcoffset() == timedelta(hours=3)
        assert parcel.delivered_to and parcel.branch == "İstanbul Kadıköy"
        assert parcel.last is not None and parcel.last.at == parcel.delivered_at

    async def test_nothing_before_the_goods_leave(self, shop: Shop) -> None:
        assert await shop.cargo.shipments(await owned(shop, "SN-100004")) == ()

    async def test_a_tracking_number_needs_the_same_proof(self, shop: Shop) -> None:
        order = await owned(shop, "SN-100006")
        number = order.shipments[0].tracking_no
        spelled = f"{number[:4].swapcase()} {number[4:]}"
        assert await shop.cargo.track(spelled, right()) == (order, order.shipments[0])
        assert await shop.cargo.track(number, Proof("c", verified_phone=ELIF)) == (order, order.shipments[0])
        assert await shop.cargo.track(number, Proof("d", "0000")) == NotShown(2)
        assert await shop.cargo.track("KG00000000", Proof("e", "0000")) == NotShown(2)

    async def test_a_partly_shipped_order_misses_a_line(self, shop: Shop) -> None:
        order = await owned(shop, "SN-100006")
        sent = {sku for parcel in order.shipments for sku in parcel.skus}
        assert {line.sku for line in order.lines} > sent


class TestRequests:
    async def test_a_return_is_kept_once_and_moves_the_order(self, shop: Shop) -> None:
        order = await owned(shop, "SN-100001")
        first = await shop.requests.record(Request(RequestKind.RETURN, "c", order, reason="küçük geldi"))
        second = await shop.requests.record(Request(RequestKind.RETURN, "c", order, reason="rengi başka"))
        assert (first.repeated, second.repeated) == (False, True)
        assert first.reference == second.reference and first.reference.startswith("T-")
        assert (await owned(shop, "SN-100001")).state is OrderState.RETURN_REQUESTED

    async def test_an_exchange_moves_it_too_but_only_a_delivered_one(self, shop: Shop) -> None:
        for number, state in (
            ("SN-100001", OrderState.EXCHANGE_REQUESTED),
            ("SN-100002", OrderState.OUT_FOR_DELIVERY),
        ):
            await shop.requests.record(Request(RequestKind.EXCHANGE, "c", await owned(shop, number)))
            assert (await owned(shop, number)).state is state

    async def test_a_call_is_kept_once_a_day(self, shop: Shop, watch: Watch) -> None:
        wish = Request(
            RequestKind.CALLBACK, "c", phone="0532 000 45 67", department="iade", callback_at=watch()
        )
        first = await shop.requests.record(wish)
        again = await shop.requests.record(wish)
        watch.advance(timedelta(days=1))
        tomorrow = await shop.requests.record(wish)
        assert [one.repeated for one in (first, again, tomorrow)] == [False, True, False]
        assert first.reference == again.reference != tomorrow.reference
        assert again.recorded_at == first.recorded_at

    async def test_conversations_and_kinds_are_told_apart(self, shop: Shop) -> None:
        wishes = [
            Request(kind, name, score=5)
            for kind in (RequestKind.HANDOFF, RequestKind.SURVEY)
            for name in "ab"
        ]
        # Long ids that begin alike are two conversations.
        wishes += [Request(RequestKind.HANDOFF, "x" * 500 + end) for end in "ab"]
        tickets = [await shop.requests.record(wish) for wish in wishes]
        assert len({ticket.reference for ticket in tickets}) == len(wishes)

    async def test_the_same_wish_at_the_same_moment_is_one(self, shop: Shop) -> None:
        wish = Request(RequestKind.HANDOFF, "c")
        tickets = await asyncio.gather(*(shop.requests.record(wish) for _ in range(8)))
        assert len({ticket.reference for ticket in tickets}) == 1
        assert sum(not ticket.repeated for ticket in tickets) == 1

    async def test_opting_out_is_remembered_for_the_phone(self, shop: Shop, watch: Watch) -> None:
        assert not await shop.requests.opted_out(ELIF)
        await shop.requests.record(Request(RequestKind.OPT_OUT, "c", phone="905320004567"))
        watch.advance(timedelta(days=400))
        assert await shop.requests.opted_out("0532 000 45 67")
        assert not await shop.requests.opted_out("+905320004568")
        assert not await shop.requests.opted_out("")

    @pytest.mark.parametrize("bad", BAD_TEXTS)
    async def test_any_text_can_be_kept(self, shop: Shop, bad: str) -> None:
        wish = Request(RequestKind.COMPLAINT, "c", phone=bad, reason=bad, department=bad, details=bad)
        assert not (await shop.requests.record(wish)).repeated

    async def test_what_makes_no_sense_is_refused(self, shop: Shop) -> None:
        naive = datetime(2026, 3, 16, 14, 0)
        for wish in (
            Request(RequestKind.HANDOFF, " "),
            Request(RequestKind.RETURN, "c"),
            Request(RequestKind.SURVEY, "c"),
            Request(RequestKind.SURVEY, "c", score=11),
            Request(RequestKind.CALLBACK, "c", callback_at=naive),
        ):
            with pytest.raises(ValueError):
                await shop.requests.record(wish)


class TestStock:
    async def test_sold_out_offers_the_same_colour_in_the_nearest_sizes(self, shop: Shop) -> None:
        (shirt,) = await shop.stock.find("keten gömleğin siyahı M beden var mı")
        wanted = await shop.stock.check(shirt.code, "siyahı", "medium")
        assert wanted is not None
        assert (wanted.colour, wanted.size, wanted.in_stock) == ("siyah", "M", False)
        offers = await shop.stock.alternatives(wanted)
        assert [(one.variant.colour, one.variant.size) for one in offers[:2]] == [
            ("siyah", "S"),
            ("siyah", "L"),
        ]
        assert all(one.variant.in_stock for one in offers)

    async def test_an_unknown_colour_offers_the_size_in_others(self, shop: Shop) -> None:
        (shirt,) = await shop.stock.find("keten gömlek")
        wanted = await shop.stock.check(shirt.code, "mor", "M")
        assert wanted is not None
        assert wanted.matching == () and wanted.colour == "mor"
        offers = await shop.stock.alternatives(wanted)
        assert {one.variant.size for one in offers} == {"M"}

    async def test_gone_altogether_offers_another_product(self, shop: Shop) -> None:
        coat = (await shop.stock.find("kaşe kaban"))[0]
        assert not coat.in_stock
        wanted = await shop.stock.check(coat.code, "siyah", "38")
        assert wanted is not None
        offers = await shop.stock.alternatives(wanted)
        assert offers and not any(one.same_product for one in offers)
        assert {one.product.category for one in offers} == {"kaban"}

    async def test_no_wish_means_any(self, shop: Shop) -> None:
        (shirt,) = await shop.stock.find("keten gömlek")
        everything = await shop.stock.check(shirt.code)
        assert everything is not None and everything.matching == shirt.variants and everything.in_stock

    async def test_a_product_without_sizes_has_none_to_miss(self, shop: Shop) -> None:
        (phones,) = await shop.stock.find("kablosuz kulaklık")
        wanted = await shop.stock.check(phones.code, "siyah", "M")
        assert wanted is not None and wanted.in_stock

    @pytest.mark.parametrize("bad", BAD_TEXTS)
    async def test_nonsense_finds_nothing(self, shop: Shop, bad: str) -> None:
        assert await shop.stock.find(bad) == ()
        assert await shop.stock.check(bad) is None
        answer = await shop.stock.check("U-1001", bad, bad)
        assert answer is not None
        assert len(await shop.stock.alternatives(answer)) <= 3
        assert await shop.stores.near(bad, bad) == ()

    async def test_every_product_is_found_by_its_name_and_code(self, shop: Shop, world: World) -> None:
        for product in world.products:
            assert (await shop.stock.find(product.name))[0] == product
            assert await shop.stock.find(product.code) == (product,)


class TestProofs:
    async def test_the_latest_of_the_phone_in_these_channels(self, shop: Shop, watch: Watch) -> None:
        steps = (("SN-100001", "a", "webchat"), ("SN-100004", "b", "sip"), ("SN-100001", "a", "webchat"))
        for number, conversation, channel in steps[:2]:
            await shop.proofs.remember(await owned(shop, number), conversation, channel)
            watch.advance(timedelta(minutes=1))
        for channels, number in (
            ((), "SN-100004"),
            (("webchat", "rest"), "SN-100001"),
            (("sip",), "SN-100004"),
        ):
            found = await shop.proofs.latest("0532 000 45 67", channels)
            assert found == await owned(shop, number)
        assert await shop.proofs.latest(ELIF, ("whatsapp",)) is None
        await shop.proofs.remember(await owned(shop, steps[2][0]), *steps[2][1:])
        latest = await shop.proofs.latest(ELIF)
        assert latest is not None and latest.number == "SN-100001"

    async def test_others_are_told_nothing(self, shop: Shop) -> None:
        await shop.proofs.remember(await owned(shop, "SN-100001"), "a", "webchat")
        for phone in ("+905550008901", "", "4567", *BAD_TEXTS):
            assert await shop.proofs.latest(phone) is None

    async def test_it_ends_after_thirty_days(self, shop: Shop, watch: Watch) -> None:
        await shop.proofs.remember(await owned(shop, "SN-100001"), "a", "webchat")
        watch.advance(timedelta(days=30) - timedelta(minutes=1))
        assert await shop.proofs.latest(ELIF)
        watch.advance(timedelta(minutes=1))
        assert await shop.proofs.latest(ELIF) is None

    async def test_it_is_forgotten_by_conversation_and_by_phone(self, shop: Shop) -> None:
        for name in ("a", "b"):
            await shop.proofs.remember(await owned(shop, "SN-100001"), name, "webchat")
        await shop.proofs.forget("a")
        assert await shop.proofs.latest(ELIF)
        await shop.proofs.forget("c", "+905550008901")
        assert await shop.proofs.latest(ELIF)
        await shop.proofs.forget("c", ELIF)
        assert await shop.proofs.latest(ELIF) is None

    async def test_many_at_once_are_kept_once(self, shop: Shop) -> None:
        order = await owned(shop, "SN-100001")
        await asyncio.gather(*(shop.proofs.remember(order, "a", "webchat") for _ in range(8)))
        assert await shop.proofs.latest(ELIF) == order

    @pytest.mark.parametrize("bad", BAD_TEXTS)
    async def test_any_name_can_be_kept(self, shop: Shop, bad: str) -> None:
        order = await owned(shop, "SN-100001")
        await shop.proofs.remember(order, bad, bad)
        assert await shop.proofs.latest(ELIF) == order
        await shop.proofs.forget(bad)
        assert await shop.proofs.latest(ELIF) is None
