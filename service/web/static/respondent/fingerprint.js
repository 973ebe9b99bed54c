/** @import { Bytes } from "./types.js" */
import { hex, sha256 } from "./encoding.js";

/** @param {Bytes} publicKey @returns {Promise<string>} Half of its SHA-256 in groups, for two people to read out. */
export const fingerprint = async (publicKey) => (hex(await sha256(publicKey)).slice(0, 32).match(/.{4}/g) ?? []).join(" ");
