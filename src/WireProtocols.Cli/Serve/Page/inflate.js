// DEFLATE (RFC 1951), as much as is needed to show what a compressed message says. It keeps the window between messages.

const LENGTH_BASE = [3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258];
const LENGTH_BITS = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
const DISTANCE_BASE = [1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577];
const DISTANCE_BITS = [0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13];
const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
const WINDOW = 32768, MOST = 4 * 1024 * 1024;

/** Counts and symbols of a Huffman code, from the lengths of its codes. */
function huffman(lengths) {
  const count = new Uint16Array(16), offsets = new Uint16Array(16), symbols = new Uint16Array(lengths.length);
  for (const length of lengths) count[length]++;
  for (let i = 1; i < 15; i++) offsets[i + 1] = offsets[i] + count[i];
  lengths.forEach((length, symbol) => { if (length > 0) symbols[offsets[length]++] = symbol; });
  count[0] = 0;
  return { count, symbols };
}

const FIXED = {
  lengths: huffman([...Array(144).fill(8), ...Array(112).fill(9), ...Array(24).fill(7), ...Array(8).fill(8)]),
  distances: huffman(Array(30).fill(5)),
};

export class Inflater {
  #window = new Uint8Array();
  #waiting = [];

  reset() { this.#window = new Uint8Array(); }

  /** The bytes of a message, once its last fragment is there; before that, none. */
  inflate(payload, isLast) {
    this.#waiting.push(...payload);
    if (!isLast) return new Uint8Array();
    const input = Uint8Array.from([...this.#waiting, 0, 0, 255, 255]);
    this.#waiting = [];
    const out = run(input, this.#window);
    this.#window = out.slice(-WINDOW);
    return out.subarray(out.length - out.fresh);
  }
}

function run(input, window) {
  let out = new Uint8Array(Math.max(1024, 2 * (window.length + 4 * input.length)));
  out.set(window);
  let length = window.length, at = 0, held = 0, count = 0;
  const take = n => {
    while (count < n) {
      if (at === input.length) throw new Error('the compressed bytes end too soon');
      held |= input[at++] << count;
      count += 8;
    }
    const value = held & ((1 << n) - 1);
    held >>>= n;
    count -= n;
    return value;
  };
  const put = byte => {
    if (length - window.length > MOST) throw new Error('the message is too long to be shown');
    if (length === out.length) { const grown = new Uint8Array(2 * length); grown.set(out); out = grown; }
    out[length++] = byte;
  };
  const symbol = ({ count: counts, symbols }) => {
    for (let code = 0, first = 0, index = 0, bits = 1; bits < 16; bits++) {
      code |= take(1);
      if (code - counts[bits] < first) return symbols[index + code - first];
      index += counts[bits];
      first = (first + counts[bits]) << 1;
      code <<= 1;
    }
    throw new Error('a code is none of the block');
  };
  const left = () => 8 * (input.length - at) + count;
  for (let isFinal = 0; isFinal === 0 && left() >= 3;) {
    isFinal = take(1);
    const type = take(2);
    if (type === 0) {
      held = 0; count = 0;
      const size = input[at] | input[at + 1] << 8;
      at += 4;
      for (let i = 0; i < size; i++) put(input[at++]);
      continue;
    }
    if (type === 3) throw new Error('a block is of no type');
    const { lengths, distances } = type === 1 ? FIXED : dynamic(take, symbol);
    for (let code; (code = symbol(lengths)) !== 256;) {
      if (code < 256) { put(code); continue; }
      const size = LENGTH_BASE[code - 257] + take(LENGTH_BITS[code - 257]);
      const slot = symbol(distances), distance = DISTANCE_BASE[slot] + take(DISTANCE_BITS[slot]);
      if (distance > length) throw new Error('a distance is longer than what there is');
      for (let i = 0; i < size; i++) put(out[length - distance]);
    }
  }
  const all = out.slice(0, length);
  all.fresh = length - window.length;
  return all;
}

function dynamic(take, symbol) {
  const literals = take(5) + 257, distances = take(5) + 1, codes = take(4) + 4;
  const lengths = Array(19).fill(0);
  for (let i = 0; i < codes; i++) lengths[ORDER[i]] = take(3);
  const code = huffman(lengths), all = [];
  while (all.length < literals + distances) {
    const value = symbol(code);
    if (value < 16) all.push(value);
    else {
      const [what, times] = value === 16 ? [all.at(-1), 3 + take(2)] : value === 17 ? [0, 3 + take(3)] : [0, 11 + take(7)];
      for (let i = 0; i < times; i++) all.push(what);
    }
  }
  return { lengths: huffman(all.slice(0, literals)), distances: huffman(all.slice(literals)) };
}
