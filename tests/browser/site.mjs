// Holds a careers site in Chromium: search, filters, languages, keyboard, no script, print,
// dark, phone. Usage: node site.mjs ROLEBOOK CHROMIUM [SCREENSHOTS]
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, createReadStream, existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { dirname, extname, join, normalize, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const [, , program, executablePath, shots] = process.argv;
const rolebook = resolve(program);
const repository = join(dirname(fileURLToPath(import.meta.url)), "../..");
const folder = mkdtempSync(join(tmpdir(), "rolebook-browser-"));
cpSync(join(repository, "data"), join(folder, "data"), { recursive: true });
const TODAY = "2027-02-20";
execFileSync(rolebook, ["site", "data", "--no-pdf", "--no-system-fonts", "--today", TODAY, "--out", "site"], { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });

const TYPES = { ".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".json": "application/json", ".svg": "image/svg+xml", ".png": "image/png", ".xml": "application/xml" };
const served = [];
const server = createServer((request, answer) => {
  const path = normalize(decodeURIComponent(new URL(request.url, "http://x").pathname));
  served.push(path);
  let file = join(folder, "site", path);
  if (existsSync(file) && statSync(file).isDirectory()) file = join(file, "index.html");
  const found = existsSync(file);
  if (!found) file = join(folder, "site/404.html");
  answer.writeHead(found ? 200 : 404, { "content-type": TYPES[extname(file)] ?? "application/octet-stream" });
  createReadStream(file).pipe(answer);
});
await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
const base = `http://127.0.0.1:${server.address().port}`;
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
let failed = 0;

const test = async (name, options, run) => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const faults = [];
  page.on("console", (message) => message.type() === "error" && faults.push(message.text()));
  page.on("pageerror", (error) => faults.push(String(error)));
  page.on("request", (request) => new URL(request.url()).origin !== base && faults.push(`asks ${request.url()}`));
  try {
    await run(page);
    assert.deepEqual(faults, []);
    console.log(`ok   ${name}`);
  } catch (error) {
    failed += 1;
    console.log(`FAIL ${name}: ${error.message}`);
  }
  if (shots) await page.screenshot({ path: join(shots, `${name.replaceAll(" ", "-")}.png`), fullPage: true });
  await context.close();
};

const titles = (page) => page.locator("#openings h3").allTextContents();
const searched = async (page, words) => {
  await page.getByRole("searchbox").fill(words);
  await page.waitForURL((url) => url.searchParams.get("q") === words);
  await page.waitForFunction(() => document.getElementById("static").hidden);
};

await test("a Chinese search finds parts of words", {}, async (page) => {
  await page.goto(`${base}/zh-CN/index.html`);
  assert.ok(!served.some((path) => path.includes("/search.")), "the index is loaded on first use only");
  const all = await titles(page);
  await searched(page, "客户");
  const found = await titles(page);
  assert.ok(found.some((title) => title.startsWith("大客户经理")), found.join());
  assert.ok(found.length <= all.length);
  assert.equal(await page.getByRole("status").textContent(), `${found.length} 个岗位`);
  await searched(page, "没有这样的岗位");
  assert.deepEqual(await titles(page), []);
  assert.ok(await page.locator("#none").isVisible());
  await page.getByRole("button", { name: "清除" }).click();
  await page.waitForFunction(() => !document.getElementById("static").hidden);
  assert.deepEqual(await titles(page), all);
});

await test("filters narrow and sort, and the address keeps them", {}, async (page) => {
  await page.goto(`${base}/en/index.html`);
  const options = await page.getByLabel("Job family").locator("option").allTextContents();
  const sales = options.find((option) => option.startsWith("Sales and Marketing"));
  await page.getByLabel("Job family").selectOption({ label: sales });
  await page.waitForFunction(() => document.getElementById("static").hidden);
  const found = await titles(page);
  assert.equal(found.length, Number(sales.match(/\((\d+)\)/)[1]));
  await page.getByLabel("Sort by").selectOption("title");
  await page.waitForURL(/sort=title/);
  await page.waitForTimeout(200);
  assert.deepEqual(await titles(page), [...found].sort((a, b) => a.localeCompare(b, "en")));
  await page.reload();
  await page.waitForFunction(() => document.getElementById("static").hidden);
  assert.equal((await titles(page)).length, found.length);
  await page.locator("#openings a").first().click();
  assert.match(page.url(), /\/en\/jobs\/.+\.html$/);
});

await test("the language changes on the same role", {}, async (page) => {
  await page.goto(`${base}/en/jobs/compensation-manager.html`);
  await page.getByRole("link", { name: "简体中文" }).click();
  assert.equal(page.url(), `${base}/zh-CN/jobs/compensation-manager.html`);
  assert.equal(await page.locator("html").getAttribute("lang"), "zh-CN");
  assert.equal(await page.locator("h1").textContent(), "薪酬经理");
  await page.goto(`${base}/index.html`);
  await page.getByRole("link", { name: "English" }).click();
  assert.equal(page.url(), `${base}/en/index.html`);
});

await test("everything works from the keyboard", {}, async (page) => {
  await page.goto(`${base}/en/index.html`);
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "Skip to content");
  assert.ok(await page.locator(".skip").isVisible());
  await page.keyboard.press("Enter");
  for (let step = 0; step < 3 && (await page.evaluate(() => document.activeElement.id)) !== "q"; step++) await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.id), "q");
  await page.keyboard.type("compensation");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.getElementById("static").hidden);
  assert.equal(await page.evaluate(() => document.activeElement.id), "q");
  for (let step = 0; step < 9; step++) {
    await page.keyboard.press("Tab");
    if (await page.evaluate(() => document.activeElement.matches("#openings a"))) break;
  }
  const outline = await page.evaluate(() => getComputedStyle(document.activeElement.closest("article")).outlineStyle);
  assert.equal(outline, "solid");
  await page.keyboard.press("Enter");
  await page.waitForURL(/compensation-manager/);
});

await test("without script all is there and no search", { javaScriptEnabled: false }, async (page) => {
  await page.goto(`${base}/en/index.html`);
  assert.ok(!(await page.locator("form.search").isVisible()));
  assert.ok((await page.locator("#openings li").count()) > 0);
  await page.locator(".browse a", { hasText: "Sales and Marketing" }).click();
  assert.match(page.url(), /families\/sales-and-marketing\.html$/);
  await page.locator(".openings a").first().click();
  assert.ok(await page.getByRole("heading", { name: "How to apply" }).isVisible());
});

await test("a closed opening says so", {}, async (page) => {
  await page.goto(`${base}/en/jobs/account-manager-enterprise.html`);
  assert.match(await page.locator("h1").textContent(), /is no longer open$/);
  assert.equal(await page.locator("script[type='application/ld+json']").count(), 0);
});

await test("a page is printed without what only a screen needs", {}, async (page) => {
  await page.goto(`${base}/en/jobs/compensation-manager.html`);
  await page.emulateMedia({ media: "print" });
  for (const hidden of [".menu", ".tongues", ".back", ".quiet.button", ".download"]) assert.ok(!(await page.locator(hidden).first().isVisible()), hidden);
  const form = page.locator(".card .button").first();
  const printed = await form.evaluate((link) => getComputedStyle(link, "::after").content);
  assert.ok((await form.isVisible()) && printed.includes(await form.getAttribute("href")), `where to apply is on paper: ${printed}`);
  assert.ok(await page.getByRole("heading", { level: 1 }).isVisible());
  assert.ok(await page.getByRole("heading", { name: "Duties and Tasks" }).isVisible());
});

await test("the dark scheme is dark", { colorScheme: "dark" }, async (page) => {
  await page.goto(`${base}/en/index.html`);
  const light = await page.evaluate(() => getComputedStyle(document.body).backgroundColor.match(/\d+/g).map(Number));
  assert.ok(Math.max(...light) < 64, light.join());
  const behind = await page.evaluate(() => getComputedStyle(document.querySelector(".brand img")).backgroundColor);
  assert.equal(behind, "rgb(255, 255, 255)", "a logo made for paper is seen");
});

for (const [name, path] of [["list", "en/index.html"], ["opening", "zh-CN/jobs/compensation-manager.html"], ["family", "en/families/sales-and-marketing.html"], ["benefits", "en/benefits.html"], ["root", "index.html"], ["lost", "en/nowhere.html"]]) {
  await test(`a phone shows the ${name} without scrolling sideways`, { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true }, async (page) => {
    if (name === "lost") page.removeAllListeners("console");
    await page.goto(`${base}/${path}`);
    const [inner, outer] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    assert.ok(inner <= outer, `${inner} > ${outer}`);
  });
}

await test("nothing moves while a page loads", {}, async (page) => {
  await page.addInitScript(() => {
    window.shift = 0;
    new PerformanceObserver((list) => { for (const entry of list.getEntries()) window.shift += entry.value; }).observe({ type: "layout-shift", buffered: true });
  });
  for (const path of ["en/index.html", "zh-CN/jobs/compensation-manager.html"]) {
    await page.goto(`${base}/${path}`);
    await page.waitForTimeout(300);
    assert.ok((await page.evaluate(() => window.shift)) < 0.01, path);
  }
});

await browser.close();
server.close();
rmSync(folder, { recursive: true });
console.log(failed ? `${failed} failed` : "all passed");
process.exit(failed ? 1 : 0);
