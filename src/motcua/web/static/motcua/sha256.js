// SHA-256 (FIPS 180-4) of a short ASCII text, in hexadecimal.
function fraction(x) { return Math.floor((x - Math.floor(x)) * 2 ** 32) | 0; }

const PRIMES = [];
for (let n = 2; PRIMES.length < 64; n += 1) if (PRIMES.every((p) => n % p)) PRIMES.push(n);
const K = Int32Array.from(PRIMES, (p) => fraction(Math.cbrt(p)));
const START = Int32Array.from(PRIMES.slice(0, 8), (p) => fraction(Math.sqrt(p)));

function turn(x, by) { return (x >>> by) | (x << (32 - by)); }

function padded(text) {
  const words = new Int32Array(Math.ceil((text.length + 9) / 64) * 16);
  for (let i = 0; i < text.length; i += 1) words[i >> 2] |= text.charCodeAt(i) << (24 - (i % 4) * 8);
  words[text.length >> 2] |= 0x80 << (24 - (text.length % 4) * 8);
  words[words.length - 1] = text.length * 8;
  return words;
}

const w = new Int32Array(64);

function mix(state, words, at) {
  for (let i = 0; i < 64; i += 1) {
    if (i < 16) { w[i] = words[at + i]; continue; }
    const a = w[i - 15];
    const b = w[i - 2];
    w[i] = w[i - 16] + w[i - 7] + (turn(a, 7) ^ turn(a, 18) ^ (a >>> 3)) + (turn(b, 17) ^ turn(b, 19) ^ (b >>> 10));
  }
  let [a, b, c, d, e, f, g, h] = state;
  for (let i = 0; i < 64; i += 1) {
    const one = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + K[i] + w[i]) | 0;
    const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g; g = f; f = e; e = (d + one) | 0; d = c; c = b; b = a; a = (one + two) | 0;
  }
  [a, b, c, d, e, f, g, h].forEach((x, i) => { state[i] += x; });
}

export function sha256(text) {
  const state = Int32Array.from(START);
  const words = padded(text);
  for (let at = 0; at < words.length; at += 16) mix(state, words, at);
  return Array.from(state, (x) => (x >>> 0).toString(16).padStart(8, "0")).join("");
}
