/** What is asked for before the rest of the page has come: the contract and the first texts. */
import { address, getBytes } from "./api.js";
import { wave } from "./invitation.js";
import { loadTexts } from "./texts.js";

const secure = isSecureContext && Boolean(globalThis.crypto?.subtle);

/** The manifest's bytes, not checked yet; it may fail. Without a secure context nothing is asked for. */
export const contract = secure ? getBytes(address(wave, "manifest"), "default") : Promise.reject(new TypeError("not secure"));
contract.catch(() => {}); // told by who waits for it

/** The texts of the first page. */
export const words = loadTexts("start");
