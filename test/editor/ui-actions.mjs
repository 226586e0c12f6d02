// What the suite asks for by name and cannot do itself, as it has no hold of the page.

const bulb = '.monaco-editor .lightBulbWidget:visible, .monaco-editor .glyph-margin-widgets [class*=lightbulb]:visible';

/** Puts the cursor into the line with a real click (the bulb wants the focus), opens its lightbulb, and takes the fix. */
export async function clickLightbulb(page, { line, title }, shot) {
  const text = page.locator('.monaco-editor .view-line', { hasText: line }).first();
  await page.locator('.squiggly-error, .squiggly-warning, .squiggly-info').first().waitFor();
  await text.click({ position: { x: 30, y: 8 } });
  await page.locator(bulb).first().click();
  const item = page.locator('.action-widget .monaco-list-row', { hasText: title }).first();
  await item.waitFor();
  await item.hover({ force: true }); // the menu takes no click before the pointer has moved
  await shot('lightbulb');
  await item.click();
}

/** The text of the status bar's item. */
export async function statusBar(page) {
  const item = page.locator('#postfix-tools\\.vscode-postfix\\.postfix\\.status, [id$="postfix.status"]').first();
  await item.waitFor();
  return (await item.innerText()).trim();
}

/** Waits for a text in the preview that is open. */
export async function previewSays(page, { text }) {
  const frame = page.frameLocator('iframe.webview.ready').frameLocator('#active-frame');
  await frame.locator('h1', { hasText: text }).waitFor();
  return true;
}

/** Types the values into the boxes that come up, one after the other. */
export async function answerBoxes(page, { values }) {
  for (const value of values) {
    const box = page
      .locator('.quick-input-widget:visible input.input, .quick-input-widget:visible input[type=text]')
      .first();
    await box.waitFor();
    await box.fill(value);
    const title = await page.locator('.quick-input-widget .quick-input-title').innerText();
    await page.keyboard.press('Enter');
    await page.waitForFunction(old => {
      const widget = document.querySelector('.quick-input-widget');
      const now = widget?.querySelector('.quick-input-title')?.textContent;
      return !widget || widget.style.display === 'none' || now !== old;
    }, title);
  }
}

/** Milliseconds from the key that spoils the text to the squiggle in the page. */
export async function keystrokeToSquiggle(page, { line, keys }) {
  await page.locator('.monaco-editor .view-line', { hasText: line }).first().click();
  await page.keyboard.press('End');
  await page.evaluate(() => {
    window.addEventListener('keydown', () => (window.keyAt = performance.now()), { capture: true });
    window.squiggle = new Promise(done =>
      new MutationObserver((_, self) => {
        if (!document.querySelector('.squiggly-error, .squiggly-warning')) return;
        self.disconnect();
        done(performance.now() - window.keyAt);
      }).observe(document.body, { subtree: true, childList: true, attributes: true }),
    );
  });
  await page.keyboard.type(keys);
  return Math.round(await page.evaluate(() => window.squiggle));
}
