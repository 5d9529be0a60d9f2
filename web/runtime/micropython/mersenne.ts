/**
 * The generator of Python's `random`: MT19937 (Matsumoto and Nishimura, 1998), seeded as CPython
 * seeds it, so that `random.seed(0)` gives the numbers that CPython gives.
 */
const N = 624;
const M = 397;

export class Mersenne {
  private readonly mt = new Uint32Array(N);
  private index = N;

  constructor() {
    const words = new Uint32Array(8);
    crypto.getRandomValues(words);
    this.initByArray([...words]);
  }

  private init(seed: number): void {
    const { mt } = this;
    mt[0] = seed;
    for (let i = 1; i < N; i++) {
      const x = mt[i - 1]! ^ (mt[i - 1]! >>> 30);
      mt[i] = Math.imul(x, 1812433253) + i;
    }
    this.index = N;
  }

  private initByArray(key: number[]): void {
    const { mt } = this;
    this.init(19650218);
    let i = 1;
    let j = 0;
    for (let k = Math.max(N, key.length); k > 0; k--) {
      mt[i] = (mt[i]! ^ Math.imul(mt[i - 1]! ^ (mt[i - 1]! >>> 30), 1664525)) + key[j]! + j;
      if (++i >= N) {
        mt[0] = mt[N - 1]!;
        i = 1;
      }
      if (++j >= key.length) j = 0;
    }
    for (let k = N - 1; k > 0; k--) {
      mt[i] = (mt[i]! ^ Math.imul(mt[i - 1]! ^ (mt[i - 1]! >>> 30), 1566083941)) - i;
      if (++i >= N) {
        mt[0] = mt[N - 1]!;
        i = 1;
      }
    }
    mt[0] = 0x80000000;
  }

  /** `text`: the absolute value of the seed in hexadecimal. */
  seed(text: string): number {
    let n = BigInt(`0x${text || '0'}`);
    const key: number[] = [];
    do {
      key.push(Number(n & 0xffffffffn));
      n >>= 32n;
    } while (n > 0n);
    this.initByArray(key);
    return 1;
  }

  /** 32 random bits, as two numbers of 16 would be: `high * 65536 + low` without a sign. */
  private next(): number {
    const { mt } = this;
    if (this.index >= N) {
      for (let k = 0; k < N; k++) {
        const y = (mt[k]! & 0x80000000) | (mt[(k + 1) % N]! & 0x7fffffff);
        mt[k] = mt[(k + M) % N]! ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
      }
      this.index = 0;
    }
    let y = mt[this.index++]!;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    y ^= y >>> 18;
    return y >>> 0;
  }

  /** Another generator, for `random.Random()`. */
  create(): Mersenne {
    return new Mersenne();
  }

  /** A float in [0, 1) with 53 random bits. */
  random(): number {
    const a = this.next() >>> 5;
    const b = this.next() >>> 6;
    return (a * 67108864 + b) / 9007199254740992;
  }

  /** The top `k` of 32 random bits (k from 1 to 32) as a signed 32-bit int: Python masks the sign. */
  bits(k: number): number {
    return (this.next() >>> (32 - k)) | 0;
  }

  /** The state as text, for getstate and setstate. */
  state(): string {
    return `${this.index},${this.mt.join(',')}`;
  }

  set_state(text: string): number {
    const [index, ...words] = text.split(',').map(Number);
    this.index = index!;
    this.mt.set(words);
    return 1;
  }
}
