/** The page of a wave's results, for everybody who was invited to it. */
import { address, ApiError, post } from "./api.js";
import { el, show } from "./dom.js";
import { wave } from "./invitation.js";
import { resultsParts } from "./results_page.js";
import { codeIn } from "./results_rows.js";
import { draftOf } from "./tab.js";
import { loadTexts, t } from "./texts.js";
import { trouble } from "./trouble.js";

await loadTexts("results");
const { offered, code } = draftOf(wave);
await open(offered ?? code ?? "");

/** @param {string} invitation */
async function open(invitation) {
  if (!invitation) return ask();
  try {
    const results = await post(address(wave, "results/invited"), { invitation });
    document.getElementById("instead")?.remove();
    const [heading, ...rest] = resultsParts(results);
    show(heading, ...rest);
  } catch (error) {
    const status = error instanceof ApiError && !error.passing ? error.status : 0;
    if (status === 403) ask(t("This link cannot be used for these results. Copy the whole link from your invitation to this survey."));
    else if (status === 409) early(invitation);
    else trouble("unreachable", { wave, again: () => void open(invitation) });
  }
}

/** @param {string} [wrong] What is wrong with the link that was given before. */
function ask(wrong = "") {
  document.getElementById("instead")?.remove();
  const field = el("input", { id: "link", type: "password", autocomplete: "off", spellcheck: "false", dir: "ltr", "aria-invalid": String(Boolean(wrong)), "aria-describedby": "link-hint link-wrong" });
  const fault = el("p", { id: "link-wrong", class: "wrong", role: "alert" }, wrong);
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    const found = codeIn(field.value);
    if (found) return void open(found);
    fault.textContent = t("There is no invitation in this. Copy the whole link, with what stands after the # sign.");
    field.setAttribute("aria-invalid", "true");
    field.focus();
  };
  show(
    el("h1", {}, t("Results")),
    el("p", {}, t("Everybody who was invited may read the results, whether they answered or not. Your invitation shows that you were.")),
    el(
      "form",
      { submit },
      el(
        "div",
        { class: "field" },
        el("label", { for: "link" }, t("The link from your invitation")),
        el("p", { id: "link-hint", class: "hint" }, t("It is sent to the server to be checked. That you read the results is not stored.")),
        field,
        fault,
      ),
      el("div", { class: "actions" }, el("button", {}, t("Show the results"))),
    ),
  );
  if (wrong) field.focus();
}

/** @param {string} invitation */
function early(invitation) {
  document.getElementById("instead")?.remove();
  show(
    el("h1", {}, t("The results are not there yet")),
    el("p", {}, t("They are published after the survey has closed and all answers were counted together. Open the link from your invitation again then.")),
    el("div", { class: "actions" }, el("button", { type: "button", click: () => void open(invitation) }, t("Try again"))),
  );
}
