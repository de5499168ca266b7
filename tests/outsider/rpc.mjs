// JSON-RPC by HTTP, one call or many in one request; errors are thrown.
let lastId = 0;

async function post(url, body) {
  const reply = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return reply.json();
}

const asked = ([method, ...params]) => ({ jsonrpc: "2.0", id: ++lastId, method, params });

function resultOf(reply, method) {
  if (reply === undefined || reply.error) {
    throw new Error(`${method}: ${JSON.stringify(reply?.error ?? "no answer")}`);
  }
  return reply.result;
}

/** The result of one call. */
export async function call(url, method, ...params) {
  return resultOf(await post(url, asked([method, ...params])), method);
}

/** The results of many calls, each a list of method and parameters, in their order. */
export async function callAll(url, calls, atOnce = 500) {
  const results = [];
  for (let first = 0; first < calls.length; first += atOnce) {
    const batch = calls.slice(first, first + atOnce).map(asked);
    const replies = new Map((await post(url, batch)).map((reply) => [reply.id, reply]));
    results.push(...batch.map((one) => resultOf(replies.get(one.id), one.method)));
  }
  return results;
}

export const hex = (number) => `0x${number.toString(16)}`;
