import { show } from "./page.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { fieldsOf, fill, isToken, sameFields } from "../../static/js/src/typed.js";

const FORM = `<form>
  <input name="csrfmiddlewaretoken" value="secret"><input name="submission" value="token"><input name="edit_version" value="3">
  <input name="code" value="A"><textarea name="text">Before</textarea><input type="password" name="password" value="hidden">
  <input type="checkbox" name="days" value="1" checked><input type="checkbox" name="days" value="2">
  <select name="kind"><option value="a" selected>A</option><option value="b">B</option></select>
</form>`;

test("tokens are not kept, codes of options are", () => {
  const entries = [["csrfmiddlewaretoken", "x"], ["submission", "y"], ["code", "A"], ["days", "1"], ["days", "2"]];
  assert.deepEqual(fieldsOf(entries), { code: ["A"], days: ["1", "2"] });
  assert.equal(isToken("token_words"), false);
});

test("kept values are put back, and tokens and passwords left alone", () => {
  show(FORM);
  const form = document.querySelector("form");
  fill(form.querySelectorAll("input, textarea, select"), {
    csrfmiddlewaretoken: ["old"], edit_version: ["2"], code: ["B"], text: ["After"], days: ["2"], kind: ["b"], password: ["x"],
  });
  const value = (name) => form.querySelector(`[name=${name}]`).value;
  const days = [...form.querySelectorAll("[name=days]")].map((box) => box.checked);
  assert.deepEqual(
    [value("csrfmiddlewaretoken"), value("edit_version"), value("code"), value("text"), value("password"), value("kind"), days],
    ["secret", "2", "B", "After", "hidden", "b", [false, true]],
  );
});

test("line breaks as they are sent and as they are typed are the same text", () => {
  assert.equal(sameFields({ text: ["one\r\ntwo"] }, { text: ["one\ntwo"] }), true);
  assert.equal(sameFields({ text: ["one"] }, { text: ["two"] }), false);
});
