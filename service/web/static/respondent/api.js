/** Requests that tell the server as little as a browser allows: no cookies, no referrer, no redirects. */

const TIMEOUT = 30_000; // ms
const TRY_AGAIN = [408, 425, 429];

/** The server said no, or no usable answer came. */
export class ApiError extends Error {
  /** @param {number} status HTTP status, 0 if no usable answer came. @param {string} detail What the server said. */
  constructor(status, detail) {
    super(detail);
    this.name = "ApiError";
    this.status = status;
    this.detail = detail;
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
    throw new ApiError(response.status, detailOf(body));
  } catch (error) {
    throw error instanceof ApiError ? error : new ApiError(0, "");
  }
}

/** @param {Uint8Array} body @returns {string} The detail of an RFC 9457 problem, or nothing. */
function detailOf(body) {
  try {
    return String(JSON.parse(new TextDecoder().decode(body)).detail ?? "");
  } catch {
    return "";
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
 * @returns {Promise<any>} The JSON value of the reply. @throws {ApiError}
 */
export async function post(path, body) {
  const bytes = body instanceof Uint8Array;
  return parsed(
    await send(path, {
      method: "POST",
      cache: "no-store",
      headers: { "Content-Type": bytes ? "application/octet-stream" : "application/json" },
      body: bytes ? body : JSON.stringify(body),
    }),
  );
}

/** @param {Uint8Array} body @returns {any} @throws {ApiError} for a portal's sign-in page and the like. */
function parsed(body) {
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch {
    throw new ApiError(0, "");
  }
}
