"""What a customer does in the chat, and sees of it."""

from __future__ import annotations

from typing import Any


class Visitor:
    """A page with the chat on it. Locators reach into the chat's shadow tree."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.chat = page.locator("santral-chat")
        self.launcher = self.chat.locator(".launcher")
        self.panel = self.chat.locator(".panel")
        self.log = self.chat.get_by_role("log")
        self.text = self.chat.locator(".composer textarea")
        self.status = self.chat.locator(".status")

    def open(self) -> Visitor:
        self.launcher.click()
        self.panel.wait_for()
        return self

    def close(self) -> None:
        self.chat.get_by_role("button", name="Sohbeti kapat").first.click()
        self.panel.wait_for(state="hidden")

    def online(self) -> Visitor:
        self.chat.locator(".root[data-state=online]").wait_for(state="attached")
        return self

    def say(self, text: str) -> None:
        self.text.fill(text)
        self.text.press("Enter")

    def press(self, title: str) -> None:
        self.log.get_by_role("button", name=title, exact=True).last.click()

    def hears(self, text: str) -> None:
        """Wait until the bot, or an agent, has said this."""
        self.log.locator(".row:not(.user) .bubble", has_text=text).last.wait_for()

    def said(self) -> list[str]:
        """Everything in the conversation, in order: `user: ...`, `bot: ...`."""
        found: list[str] = self.log.locator(".row").evaluate_all(
            """rows => rows.flatMap(row => [...row.querySelectorAll(".bubble")].map(bubble =>
                 row.className.split(" ")[1] + ": " + bubble.textContent.trim()))"""
        )
        return found

    def own(self) -> list[str]:
        return [line.removeprefix("user: ") for line in self.said() if line.startswith("user: ")]

    def ticks(self, kind: str) -> Any:
        return self.log.locator(f".tick.{kind}")

    def focus(self) -> str:
        """What has the focus, within the chat too: its label, text or tag."""
        found: str = self.page.evaluate(
            """() => { let one = document.activeElement;
              while (one && one.shadowRoot && one.shadowRoot.activeElement) one = one.shadowRoot.activeElement;
              return one.getAttribute("aria-label") || one.id || one.textContent.trim() || one.tagName; }"""
        )
        return found
