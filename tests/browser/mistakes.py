"""What E2 asks of a page that tells of a mistake and no check of a single element sees."""

from playwright.sync_api import Page


def summary_faults(page: Page) -> list[str]:
    """E2, its six properties: summary with a heading above the h1, focused, linked to the field; the title; the tie."""
    wrong: list[str] = []
    summary = page.locator("#problem")
    if summary.count() != 1:
        return ["no summary"]
    if not summary.locator("h2").inner_text().strip():
        wrong.append("the summary has no heading")
    if summary.bounding_box()["y"] > page.locator("h1").bounding_box()["y"]:  # type: ignore[index]
        wrong.append("the summary stands below the question")
    if not page.locator("#problem:focus").count():
        wrong.append("the summary has not the focus")
    for link in summary.locator("a").all():
        field = page.locator(f'[id="{(link.get_attribute("href") or "#").removeprefix("#")}"]')
        if field.count() != 1:
            wrong.append(f"{link.get_attribute('href')} leads nowhere")
            continue
        said = field.get_attribute("aria-describedby") or page.locator(f'fieldset:has([id="{field.get_attribute("id")}"])').first.get_attribute("aria-describedby") or ""
        near = " ".join(page.locator(f'[id="{one}"]').inner_text() for one in said.split())
        if link.inner_text().strip() not in near:
            wrong.append(f"the field does not say “{link.inner_text()}”")
        if not near or ":" not in near:
            wrong.append("the message does not begin with the word for a mistake")
    if ":" not in page.title():
        wrong.append("the title does not begin with the word for a mistake")
    return wrong
