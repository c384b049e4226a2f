// What was chosen, in the address: #ws?text=Hello&deflate=1&byte=3.5, with byte 5 of the third element. So a page can be sent to somebody.

/** The transport and its options that the address says. */
export function read() {
  const [id, query = ''] = location.hash.slice(1).split('?');
  return { id, values: Object.fromEntries(new URLSearchParams(query)) };
}

/** Writes what is not as usual. */
export function write(transport, values, { theme, byte }) {
  const query = new URLSearchParams();
  for (const { name, value } of transport.options) if (values[name] !== value) query.set(name, values[name]);
  if (theme) query.set('theme', theme);
  if (byte) query.set('byte', byte);
  history.replaceState(null, '', `#${transport.id}${query.size > 0 ? `?${query}` : ''}`);
}
