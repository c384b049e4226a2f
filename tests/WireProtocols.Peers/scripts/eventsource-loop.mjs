export default async (EventSource, url) => {
  const types = ['message', 'tick', 'tock', 'a', 'Tick', 'größe', 'a:b', 'a tick', '1', ' tick', 'tick ', 'x', 't\ufffdck', 'open', 'error'];
  let refusals = 0;
  const play = () => new Promise(done => {
    const rows = [];
    const source = new EventSource(url);
    const end = async message => {
      clearTimeout(late);
      source.close();
      if (message) rows.push({ kind: 'error', message });
      try {
        await fetch(new URL('/report', url), { method: 'POST', body: rows.map(row => JSON.stringify(row) + '\n').join('') });
        refusals = 0;
      } catch {
        refusals++;
      }
      done();
    };
    const late = setTimeout(() => end('nothing more came'), 4000);
    const see = event => {
      if (event.data !== undefined) {
        rows.push({ kind: 'event', type: event.type, data: event.data, lastEventId: event.lastEventId });
      } else if (event.type === 'error' && source.readyState === 2) {
        end(event.message || 'closed');
      }
    };
    types.forEach(type => source.addEventListener(type, see));
  });
  while (refusals < 5) await play();
};
