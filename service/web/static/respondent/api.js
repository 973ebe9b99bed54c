/** Requests that tell the server as little as a browser allows: no cookies, no referrer, no redirects. */

const TIMEOUT = 30_000; // ms
const TRY_AGAIN = [408, 425, 429];

/** The server said no, or no usable answer came. */
export class ApiError extends Error {
  /** @param {number} status HTTP status, 0 if no usable answer came. @param {string} detail What the server said.
   * @param {string} [id] The kind of problem, such as `not-found`. */
  constructor(status, detail, id = "") {
    super(detail);
    this.name = "ApiError";
    this.status = status;
    this.detail = detail;
    this.id = id;
  }

  /** Whether the same bytes may be sent again; if not, the server will say no again. */
  get passing() {
    return this.status === 0 || this.status >= 500 || TRY_AGAIN.includes(this.status);
  }
}

/** @param {string} wave Hex. @param {string} rest What follows, such as `manifest`. @returns {string} The address. */
export const address = (wave, rest) => `/api/v1/waves/${wave}/${rest}`;

/**
 * @param {string} path
 * @param {RequestInit} options
 * @returns {Promise<Uint8Array<ArrayBuffer>>} The body. @throws {ApiError}
 */
async function send(path, options) {
  try {
    const response = await fetch(path, {
      credentials: "omit",
      referrerPolicy: "no-referrer",
      redirect: "error",
      signal: AbortSignal.timeout(TIMEOUT),
      ...options,
    });
    const body = new Uint8Array(await response.arrayBuffer());
    if (response.ok) return body;
    const { detail = "", type = "" } = problemIn(body);
    throw new ApiError(response.status, String(detail), String(type).split(":").pop());
  } catch (error) {
    throw error instanceof ApiError ? error : new ApiError(0, "");
  }
}

/** @param {Uint8Array} body @returns {{detail?: unknown, type?: unknown}} What an RFC 9457 problem says, or nothing. */
function problemIn(body) {
  try {
    return JSON.parse(new TextDecoder().decode(body)) ?? {};
  } catch {
    return {};
  }
}

/**
 * @param {string} path
 * @param {RequestCache} [cache] `default` for what never changes.
 * @returns {Promise<Uint8Array<ArrayBuffer>>} The body. @throws {ApiError}
 */
export const getBytes = (path, cache = "no-store") => send(path, { cache });

/** @param {string} path @returns {Promise<any>} The JSON value. @throws {ApiError} */
export const getJson = async (path) => parsed(await getBytes(path));

/**
 * @param {string} path
 * @param {Uint8Array<ArrayBuffer> | object} body Bytes are sent as they are, anything else as JSON.
 * @returns {Promise<Uint8Array<ArrayBuffer>>} The body of the reply. @throws {ApiError}
 */
export function deliver(path, body) {
  const bytes = body instanceof Uint8Array;
  return send(path, {
    method: "POST",
    cache: "no-store",
    headers: { "Content-Type": bytes ? "application/octet-stream" : "application/json" },
    body: bytes ? body : JSON.stringify(body),
  });
}

/** @param {string} path @param {Uint8Array<ArrayBuffer> | object} body As for `deliver`.
 * @returns {Promise<any>} The JSON value of the reply. @throws {ApiError} */
export const post = async (path, body) => parsed(await deliver(path, body));

/** @param {Uint8Array} body @returns {any} @throws {ApiError} for a portal's sign-in page and the like. */
function parsed(body) {
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch {
    throw new ApiError(0, "");
  }
}
