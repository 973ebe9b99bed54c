/** Requests to /inbox/data, which are a signed-in handler's, and to the public list of channels. */
import { ApiError } from "../respondent/api.js";

const TIMEOUT = 30_000; // ms
const HERE = "/inbox/data/";

/** @type {string} What shows that a request is of this session's own page. */
let token = "";

/** @param {string} csrf */
export const useToken = (csrf) => {
  token = csrf;
};

/** @param {string} path @param {RequestInit} options @returns {Promise<any>} JSON, or null where there is none. @throws {ApiError} */
async function send(path, options) {
  try {
    const response = await fetch(path, {
      credentials: "same-origin",
      referrerPolicy: "no-referrer",
      redirect: "error",
      cache: "no-store",
      signal: AbortSignal.timeout(TIMEOUT),
      ...options,
    });
    const text = await response.text();
    const json = /\bjson\b/.test(response.headers.get("content-type") ?? "") ? JSON.parse(text) : null;
    if (response.ok && (json !== null || text === "")) return json;
    throw new ApiError(response.ok ? 0 : response.status, String(json?.detail ?? ""));
  } catch (error) {
    throw error instanceof ApiError ? error : new ApiError(0, "");
  }
}

/** @param {string} path Below /inbox/data. @param {Record<string, string>} [query] Empty values are left out. @returns {Promise<any>} @throws {ApiError} */
export function get(path, query = {}) {
  const asked = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== ""));
  return send(HERE + path + (asked.size ? `?${asked}` : ""), {});
}

/** @param {string} path Below /inbox/data. @param {object} body @returns {Promise<any>} @throws {ApiError} */
export async function post(path, body) {
  const request = () => {
    const headers = { "Content-Type": "application/json", "X-CSRF": token };
    return send(HERE + path, { method: "POST", headers, body: JSON.stringify(body) });
  };
  try {
    return await request();
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 403) throw error;
    // After signing in again in another tab, this page's token is that of a session that has ended.
    const { csrf } = await get("me");
    if (csrf === token) throw error;
    token = csrf;
    return request();
  }
}

/** @returns {Promise<any>} What everybody can read about the channels. @throws {ApiError} */
export const publicChannels = () => send("/api/v1/feedback", { credentials: "omit" });

/** @param {unknown} error @returns {string} What it means for whoever reads the page. */
export function inWords(error) {
  if (!(error instanceof ApiError)) return error instanceof Error ? error.message : String(error);
  if (error.status === 401) return "Your session has ended. Sign in again in another tab, then do this once more.";
  if (error.status === 0) return "The server cannot be reached at the moment. Nothing was changed; try again.";
  if (error.status === 404) return "It is no longer here: its sender deleted it, its time is over, or you are not a handler of its channel.";
  return error.detail || `The server refused this (${error.status}).`;
}
