// What was chosen, in the address: #ws?text=Hello&deflate=1. So a page can be sent to somebody, and Back goes back.

/** The transport and its options that the address says. */
export function read() {
  const [id, query = ''] = location.hash.slice(1).split('?');
  return { id, values: Object.fromEntries(new URLSearchParams(query)) };
}

/** Writes what is not as usual. */
export function write(transport, values, theme) {
  const query = new URLSearchParams();
  for (const { name, value } of transport.options) if (values[name] !== value) query.set(name, values[name]);
  if (theme) query.set('theme', theme);
  history.replaceState(null, '', `#${transport.id}${query.size > 0 ? `?${query}` : ''}`);
}
