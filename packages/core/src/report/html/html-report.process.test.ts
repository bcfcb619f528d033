import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { chromium } from 'playwright-core';
import { sampleApply } from '../../testing/sample-events.ts';
import { renderHtmlReport } from './html-report.ts';

/** Debian's package chromium. */
const browserPath = '/usr/bin/chromium';
const describeWithBrowser = existsSync(browserPath) ? describe : describe.skip;

const flags = [
  ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
];

/** A browser takes its time to start on a machine that is busy. */
const browserTimeoutMs = 120_000;

describeWithBrowser('in Chromium (skipped where /usr/bin/chromium is missing)', () => {
  test.each([
    [390, 'light'],
    [1280, 'dark'],
  ] as const)(
    '%d pixels wide, %s: it fits, says nothing on the console and can be read',
    async (width, colorScheme) => {
      const folder = mkdtempSync(join(tmpdir(), 'hostwright-'));
      const browser = await chromium.launch({ executablePath: browserPath, args: flags });
      try {
        const path = join(folder, 'report.html');
        writeFileSync(path, renderHtmlReport(sampleApply()));
        const page = await browser.newPage({ viewport: { width, height: 800 }, colorScheme });
        const said: string[] = [];
        const asked: string[] = [];
        page.on('console', (message) => said.push(message.text()));
        page.on('pageerror', (error) => said.push(String(error)));
        page.on('request', (request) => asked.push(request.url()));
        await page.goto(`file://${path}`);
        const read = await page.evaluate<PageFacts>(pageFacts);
        expect(said).toEqual([]);
        expect(asked).toEqual([`file://${path}`]);
        expect(read.pageWidth).toBe(width);
        expect(read.faint).toEqual([]);
        expect(read.nameless).toBe(0);
        await page.keyboard.press('Tab');
        expect(await page.evaluate(focusedText)).toBe('To the content');
        await page.emulateMedia({ media: 'print' });
        expect(await page.evaluate(onPaper)).toEqual({ nav: 'none', bars: ['exact'], hidden: 0 });
      } finally {
        await browser.close();
        rmSync(folder, { recursive: true });
      }
    },
    browserTimeoutMs,
  );
});

interface PageFacts {
  readonly pageWidth: number;
  readonly faint: readonly string[];
  readonly nameless: number;
}

const focusedText = 'document.activeElement.textContent';

/** On paper nothing can be opened, and what is drawn by backgrounds alone has to be there. */
const onPaper = `({
  nav: getComputedStyle(document.querySelector('nav')).display,
  bars: [...new Set([...document.querySelectorAll('.bar')].map((bar) => getComputedStyle(bar).printColorAdjust))],
  hidden: [...document.querySelectorAll('details table, details svg')].filter((part) => !part.checkVisibility()).length,
})`;

/** Runs in the page: its width, text with less contrast than 4.5 to 1 (WCAG 2 AA), links and buttons without words. */
const pageFacts = `(() => {
  const rgb = (text) => (text.match(/[\\d.]+/g) ?? []).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((part) => part / 255)
    .map((part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
    .reduce((sum, part, index) => sum + part * [0.2126, 0.7152, 0.0722][index], 0);
  const backOf = (element) => {
    for (let at = element; at !== null; at = at.parentElement) {
      const [r, g, b, a = 1] = rgb(getComputedStyle(at).backgroundColor);
      if (a > 0) return [r, g, b];
    }
    return [255, 255, 255];
  };
  const own = (element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== '');
  const faint = [...document.body.querySelectorAll('*')].filter(own).filter((element) => {
    const [one, other] = [light(rgb(getComputedStyle(element).color)), light(backOf(element))];
    return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05) < 4.5;
  });
  return {
    pageWidth: document.documentElement.scrollWidth,
    faint: faint.map((element) => element.outerHTML.slice(0, 80)),
    nameless: [...document.querySelectorAll('a, summary')].filter((link) => link.textContent.trim() === '').length,
  };
})()`;
