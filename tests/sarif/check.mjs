// Holds what `rolebook check --format sarif` prints against the schema of SARIF 2.1.0, as
// Microsoft's package for tests carries it.
//
//   check.mjs ROLEBOOK
//
// A library with findings of every kind is checked, and postings that are not JSON. The
// first line of what is wrong ends it, with status 1.

import { spawnSync } from "node:child_process";
import fs from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import process from "node:process";

const require = createRequire(import.meta.url);
const Ajv = require("ajv");
const schema = require("@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json");

const ajv = new Ajv({ schemaId: "auto", allErrors: true });
ajv.addMetaSchema(require("ajv/lib/refs/json-schema-draft-04.json"));
const conforms = ajv.compile(schema);

const rolebook = path.resolve(process.argv[2]);
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "rolebook-sarif-"));

function fail(what) {
  console.error(`tests/sarif/check.mjs: ${what}`);
  process.exit(1);
}

function write(file, content) {
  const whole = path.join(folder, file);
  fs.mkdirSync(path.dirname(whole), { recursive: true });
  fs.writeFileSync(whole, typeof content === "string" ? content : JSON.stringify(content, null, 2));
}

// The address of every place in a log, wherever it stands.
function addresses(value) {
  if (value === null || typeof value !== "object") return [];
  const own = value.artifactLocation ? [value.artifactLocation.uri] : [];
  return own.concat(...Object.values(value).map(addresses));
}

function log(name, command, input) {
  const run = spawnSync(rolebook, ["check", ...command, "--format", "sarif"], { cwd: folder, input, encoding: "utf8" });
  if (!run.stdout) fail(`${name}: ${run.stderr}`);
  const log = JSON.parse(run.stdout);
  if (!conforms(log)) fail(`${name}: ${ajv.errorsText(conforms.errors)}`);
  for (const uri of addresses(log)) {
    if (!uri) fail(`${name}: a place has no address`);
  }
  return log.runs[0].results;
}

function must(has, what) {
  if (!has) fail(what);
}

// The schema is no paper tiger.
must(!conforms({ version: "2.1.0", runs: [{ results: [] }] }), "a run without a tool conforms");

write("library/rolebook.json", { site: { base_url: "example" }, organization: { name: "朔屿集团" } });
write("library/roles/a.json", {
  title: "客户经理",
  summary: "维护客户,限男性；；",
  qualifications: {
    physical: [{ description: "限男性", lawful_exception: { basis: "女职工劳动保护特别规定", reason: "井下作业" } }],
  },
  reporting: { reports_to: "nobody" },
  posting: { title: "销售总监" },
});
write("library/roles/b c.json", "{");
write("library/fonts/no.ttf", "no font");
for (const language of ["en", "zh-CN"]) {
  const results = log("library", ["library", "--ui-lang", language]);
  must(results.some((it) => it.fixes), "nothing has a fix");
  must(results.some((it) => it.suppressions), "no exception is honored");
  must(results.some((it) => it.level === "error"), "nothing is an error");
}
write("posting.txt", "任职要求：\n1. 限男性\n");
must(log("a posting", ["--text", "posting.txt"]).length === 1, "the posting has one fault");
must(log("standard input", ["--text", "-"], "任职要求：\n限女性").length === 1, "standard input has one fault");
must(log("an empty posting", ["--text", "-"], "").length === 1, "a posting without a text is no fault");
fs.rmSync(folder, { recursive: true });
console.log("SARIF: 5 logs conform to the schema of 2.1.0");
