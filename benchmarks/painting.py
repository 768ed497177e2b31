"""The first visit of the sign-in page in a slow browser."""

from __future__ import annotations

import shutil
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Paint:
    bytes: int
    requests: int
    milliseconds: float


PAINTED = "performance.getEntriesByName('first-contentful-paint')"


def first_paint(port: int) -> Paint | None:
    """Bytes over the wire, requests and first contentful paint with the CPU slowed down four times; the
    best of five visits, each in a fresh profile. None without Chromium."""
    program = next((p for n in ("chromium", "chromium-browser", "google-chrome") if (p := shutil.which(n))), None)
    if program is None:
        return None
    from playwright.sync_api import sync_playwright

    with sync_playwright() as tool:
        browser = tool.chromium.launch(executable_path=program, args=["--no-sandbox"])
        visits = [_visit(browser, f"http://127.0.0.1:{port}/sign-in") for _ in range(5)]
        browser.close()
    return min(visits, key=lambda v: v.milliseconds)


def _visit(browser: object, address: str) -> Paint:
    context = browser.new_context(viewport={"width": 1024, "height": 768})  # type: ignore[attr-defined]
    page = context.new_page()
    client = context.new_cdp_session(page)
    client.send("Network.enable")
    client.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    sizes: list[int] = []
    client.on("Network.loadingFinished", lambda event: sizes.append(int(event["encodedDataLength"])))
    page.goto(address, wait_until="load")
    page.wait_for_function(f"{PAINTED}.length > 0")  # told a little after the page is loaded
    painted = page.evaluate(f"{PAINTED}[0].startTime")
    context.close()
    return Paint(sum(sizes), len(sizes), float(painted))
