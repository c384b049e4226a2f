// Coming back after a connection was lost: later each time, by chance within a span, so that not all come back at once.

const FIRST = 400, MOST = 10_000;

/** Waits before attempt `attempt` (1 is the first one after a loss). */
export async function wait(attempt, signal, told) {
  const span = Math.min(MOST, FIRST * 2 ** (attempt - 1)), delay = Math.round(span / 2 + Math.random() * span / 2);
  told('back-off', `attempt ${attempt} in ${delay} ms, by chance between ${span / 2} and ${span} ms`);
  await new Promise(resolve => {
    const timer = setTimeout(resolve, delay);
    signal.addEventListener('abort', () => { clearTimeout(timer); resolve(); }, { once: true });
  });
}

/** Runs `once` again and again until it says that it is done, or is told to stop. It throws where it was lost; `up()` says that it had come through. */
export async function comingBack({ signal, told }, once) {
  for (let attempt = 0; !signal.aborted;) {
    try {
      if (await once(() => { attempt = 0; })) return;
      attempt = 0;
    } catch (error) {
      if (signal.aborted) return;
      told('lost', error.message, true);
      await wait(++attempt, signal, told);
    }
  }
}
