// Small live charts: messages a second, latency, framing against payload. Each one says its figure in words too.

const SECONDS = 40, SAMPLES = 60;

export class Charts {
  #box;
  #rate = []; #latencies = [];
  #framing = 0; #payload = 0; #messages = 0;
  #second = 0;
  #timer;

  constructor(box) {
    this.#box = box;
    box.innerHTML = ['rate', 'latency', 'bytes'].map(name => `<figure data-chart="${name}"><figcaption><span></span><b></b></figcaption><svg viewBox="0 0 100 40" preserveAspectRatio="none" role="img"></svg></figure>`).join('');
    this.clear();
  }

  clear() {
    this.#rate = []; this.#latencies = [];
    this.#framing = 0; this.#payload = 0; this.#messages = 0;
    this.draw();
  }

  start() {
    clearInterval(this.#timer);
    this.#second = performance.now();
    this.#timer = setInterval(() => this.#tick(), 1000);
  }

  stop() { clearInterval(this.#timer); this.#tick(); }

  /** A message has come, or has gone and come back in some milliseconds. */
  message(milliseconds) {
    this.#messages++;
    if (milliseconds === undefined) return;
    this.#latencies.push(milliseconds);
    if (this.#latencies.length > SAMPLES) this.#latencies.shift();
  }

  /** An element of the wire: payload is what the application wanted to say, all else is framing. */
  wire(element) {
    const payload = payloadOf(element);
    this.#payload += payload;
    this.#framing += element.bytes.length - payload;
    this.#soon();
  }

  draw() {
    const rate = this.#rate.at(-1) ?? 0;
    this.#show('rate', 'messages a second', rate.toFixed(rate < 10 && rate % 1 ? 1 : 0), line(this.#rate, SECONDS));
    const sorted = this.#latencies.toSorted((a, b) => a - b), middle = sorted[sorted.length >> 1];
    this.#show('latency', 'there and back, median', middle === undefined ? '–' : `${middle.toFixed(middle < 10 ? 2 : 0)} ms`, line(this.#latencies, SAMPLES));
    const total = this.#framing + this.#payload, share = total === 0 ? 0 : 100 * this.#framing / total;
    this.#show('bytes', 'framing and payload', total === 0 ? '–' : `${this.#framing.toLocaleString('en')} + ${this.#payload.toLocaleString('en')} bytes`,
      total === 0 ? '' : `<rect class="framing" x="0" y="14" width="${share}" height="12"></rect><rect class="payload" x="${share}" y="14" width="${100 - share}" height="12"></rect>`,
      total === 0 ? '' : `, ${share.toFixed(0)} of 100 bytes are framing`);
  }

  #drawing = false;
  #soon() {
    if (this.#drawing) return;
    this.#drawing = true;
    requestAnimationFrame(() => { this.#drawing = false; this.draw(); });
  }

  #tick() {
    const now = performance.now();
    this.#rate.push(this.#messages / Math.max(.001, (now - this.#second) / 1000));
    this.#second = now;
    this.#messages = 0;
    if (this.#rate.length > SECONDS) this.#rate.shift();
    this.draw();
  }

  #show(name, caption, figure, drawing, more = '') {
    const chart = this.#box.querySelector(`[data-chart=${name}]`);
    chart.querySelector('span').textContent = caption;
    chart.querySelector('b').textContent = figure;
    const svg = chart.querySelector('svg');
    svg.innerHTML = drawing;
    svg.setAttribute('aria-label', `${caption}: ${figure}${more}`);
  }
}

function line(values, most) {
  if (values.length < 2) return '';
  const top = Math.max(...values, 1e-9), step = 100 / (most - 1), left = 100 - step * (values.length - 1);
  const points = values.map((value, i) => `${(left + i * step).toFixed(2)},${(38 - 34 * value / top).toFixed(2)}`).join(' ');
  return `<polygon class="area" points="${left.toFixed(2)},40 ${points} 100,40"></polygon><polyline class="line" points="${points}"></polyline>`;
}

/** How many bytes of an element are the application's own. */
export const payloadOf = ({ fields }) => fields.reduce((sum, field) => sum + (field.kind === 'data' ? field.end - field.start : 0), 0);
