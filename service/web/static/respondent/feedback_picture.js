/**
 * A picture that goes with a message: cleaned, made smaller where it must be, and shown. Pages may show no picture by an
 * address, so it is painted.
 *
 * @import { Bytes } from "./types.js"
 * @import { Picture } from "./feedback_sending.js"
 */
import { cleanedImage, dimensionsOf } from "./attachments.js";
import { el } from "./dom.js";
import { Refused } from "./errors.js";
import { t } from "./texts.js";

const MOST_BYTES = 250 * 1024;
const SMALLER = 200 * 1024; // bytes that a picture that is made smaller has at most, so that a long text goes with it
const MOST_READ = 40_000_000; // bytes of a file that are looked at
const MOST_PIXELS = 60_000_000; // a few hundred bytes can say that they are as large as a house
const TRIES = [[1600, 0.85], [1600, 0.7], [1200, 0.7], [900, 0.6], [600, 0.5]]; // pixels of the longer side, quality
const WIDEST = 800; // pixels of what is shown

/**
 * @param {Picture | null} [before] Chosen before.
 * @returns {{field: HTMLElement, chosen: () => Promise<Picture | null>}} `chosen` waits for what is being cleaned.
 */
export function pictureField(before = null) {
  const input = el("input", { type: "file", id: "picture", accept: "image/jpeg,image/png", "aria-describedby": "picture-hint picture-wrong" });
  const wrong = el("p", { id: "picture-wrong", class: "wrong", role: "alert" });
  const shown = el("div", { class: "picture" });
  /** @type {Promise<Picture | null>} */
  let chosen = Promise.resolve(before);
  const show = (/** @type {Picture | null} */ picture) => {
    const remove = () => {
      input.value = "";
      chosen = Promise.resolve(null);
      show(null);
      input.focus();
    };
    const kilobytes = Math.ceil((picture?.bytes.length ?? 0) / 1024);
    const about = el("p", {}, t("This goes along: {size} KB, with nothing in it about camera, place or time.", { size: kilobytes }));
    const button = el("button", { type: "button", class: "second", click: remove }, t("Leave the picture out"));
    shown.replaceChildren(...(picture ? [painted(picture.bytes, t("The picture that goes along")), about, button] : []));
    return picture;
  };
  input.addEventListener("change", () => {
    const file = input.files?.[0];
    if (!file) return;
    wrong.textContent = "";
    input.removeAttribute("aria-invalid");
    chosen = cleanedPicture(file).then(show, () => {
      input.value = "";
      input.setAttribute("aria-invalid", "true");
      wrong.textContent = t("This file cannot go along. Choose a JPEG or PNG picture that this browser can show, or leave it out.");
      return show(null);
    });
  });
  show(before);
  const field = el(
    "div",
    { class: "field" },
    el("label", { for: "picture" }, t("A picture"), " ", el("span", { class: "soft" }, t("(optional)"))),
    el("p", { id: "picture-hint", class: "hint" }, t("JPEG or PNG. What it says about camera, place and time is taken out here. What can be seen on it stays: look at it closely. It is forgotten if you reload the page.")),
    input,
    wrong,
    shown,
  );
  return { field, chosen: () => chosen };
}

/** @param {Blob} file @returns {Promise<Picture>} @throws {Refused} if it is no such picture, or stays too large. */
async function cleanedPicture(file) {
  if (file.size > MOST_READ) throw new Refused("the file is too large");
  const cleaned = cleanedImage(new Uint8Array(await file.arrayBuffer()));
  const { width, height } = dimensionsOf(cleaned.bytes);
  if (width * height > MOST_PIXELS) throw new Refused("the picture is too large");
  const image = await createImageBitmap(file);
  // A camera may say that its picture is to be turned; that goes with the rest, so the picture itself is turned.
  const turned = image.width !== width;
  try {
    return cleaned.bytes.length <= MOST_BYTES && !turned ? cleaned : await smaller(image);
  } finally {
    image.close();
  }
}

/** @param {ImageBitmap} image @returns {Promise<Picture>} Encoded anew. @throws {Refused} */
async function smaller(image) {
  for (const [side, quality] of TRIES) {
    const canvas = scaled(image, side);
    const blob = await new Promise((/** @type {(blob: Blob | null) => void} */ made) => canvas.toBlob(made, "image/jpeg", quality));
    if (blob && blob.size <= SMALLER) return cleanedImage(new Uint8Array(await blob.arrayBuffer()));
  }
  throw new Refused("the picture is too large");
}

/** @param {ImageBitmap} image @param {number} side @returns {HTMLCanvasElement} With that longer side, or as it is. */
function scaled(image, side) {
  const scale = Math.min(1, side / Math.max(image.width, image.height));
  const [width, height] = [image.width, image.height].map((one) => Math.max(1, Math.round(one * scale)));
  const canvas = el("canvas", { width, height });
  const context = canvas.getContext("2d");
  if (context) {
    context.fillStyle = "#ffffff"; // a JPEG has no holes to look through
    context.fillRect(0, 0, width, height);
    context.drawImage(image, 0, 0, width, height);
  }
  return canvas;
}

/** @param {Bytes} bytes From whomever. @param {string} label @returns {HTMLElement} */
export function painted(bytes, label) {
  const holder = el("div", {}, el("p", { class: "soft" }, t("The picture is being opened.")));
  paint(bytes, label).then(
    (canvas) => holder.replaceChildren(canvas),
    () => holder.replaceChildren(el("p", { class: "notice warn" }, t("A file is attached that is no sound picture. It is not shown."))),
  );
  return holder;
}

/** @param {Bytes} bytes @param {string} label @returns {Promise<HTMLCanvasElement>} */
async function paint(bytes, label) {
  const cleaned = cleanedImage(bytes);
  const { width, height } = dimensionsOf(cleaned.bytes);
  if (width * height > MOST_PIXELS) throw new Refused("the picture is too large");
  const image = await createImageBitmap(new Blob([cleaned.bytes], { type: cleaned.type }));
  const canvas = scaled(image, WIDEST);
  image.close();
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", label);
  return canvas;
}
