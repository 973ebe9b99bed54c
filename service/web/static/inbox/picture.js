/**
 * A picture that came with a message: checked and cleaned once more, then drawn. Nothing of it is handed to the page as
 * an address or as markup.
 *
 * @import { Bytes } from "../respondent/types.js"
 */
import { cleanedImage, dimensionsOf } from "../respondent/attachments.js";
import { el } from "../respondent/dom.js";

const MOST_PIXELS = 40_000_000; // a few hundred bytes can claim to be as large as a house
const WIDEST = 1600; // pixels of what is drawn

/** @param {Bytes} bytes @param {string} by Who sent it. @returns {HTMLElement} */
export function picture(bytes, by) {
  const canvas = el("canvas", { role: "img", "aria-label": `Picture attached by ${by}. It has no description; what it shows can only be seen.` });
  const holder = el("div", { class: "picture" }, canvas);
  drawn(bytes, canvas).catch(() => {
    holder.replaceChildren(el("p", { class: "notice warn" }, "A file was attached that is no sound picture. It is not shown."));
  });
  return holder;
}

/** @param {Bytes} bytes @param {HTMLCanvasElement} canvas */
async function drawn(bytes, canvas) {
  const cleaned = cleanedImage(bytes);
  const { width, height } = dimensionsOf(cleaned.bytes);
  if (width * height > MOST_PIXELS || width * height === 0) throw new Error("the picture is too large");
  const image = await createImageBitmap(new Blob([cleaned.bytes], { type: cleaned.type }));
  const scale = Math.min(1, WIDEST / image.width);
  canvas.width = Math.max(1, Math.round(image.width * scale));
  canvas.height = Math.max(1, Math.round(image.height * scale));
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  image.close();
}
