// @ts-check
// The control API: verbs, and the record of the wire as one long poll.

const API = '/sandbox/api';

/** @param {string} path @returns {Promise<any>} */
export async function read(path) {
  const answer = await fetch(API + path, { cache: 'no-store' });
  const body = await answer.json();
  if (!answer.ok) throw new Error(body.reason);
  return body;
}

/** Rejects with the reason that the sandbox gives. @param {string} path @param {object} body */
export async function act(path, body) {
  const answer = await fetch(API + path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  const told = await answer.json();
  if (!answer.ok) throw new Error(told.reason);
  return told;
}

const pause = ms => new Promise(done => { setTimeout(done, ms); });

/**
 * Follow the record for ever. `fresh` is called when the sandbox was started anew: everything before is gone.
 * @param {{fresh: () => Promise<void>, wires: (wires: any[]) => void, link: (up: boolean) => void}} on
 */
export async function follow(on) {
  let after = 0, run = '', wait = 0;
  for (;;) {
    try {
      const news = await read(`/wire?after=${after}&wait=${wait}`);
      if (news.run !== run) {
        await on.fresh();
        run = news.run;
        if (after > 0) { after = 0; wait = 0; continue; }
      }
      on.link(true);
      on.wires(news.wires);
      [after, wait] = [news.last, 20];
    } catch {
      on.link(false);
      wait = 0;
      await pause(1000);
    }
  }
}
