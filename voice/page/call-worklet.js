// The two ends of a call's sound, on the browser's audio thread. The ear hands out 20 ms of 16-bit sound at 16 kHz at a
// time, whatever the microphone's rate is; the mouth plays such frames, and says how much of them it has played.

const WIRE = 16000;
const FRAME = 320;
const ZEROS = 16;
const EDGE = 0.92;
/** Samples that wait before the mouth begins, so that a network may stutter: 60 ms, and more once it has run dry. */
const LEAST_WAITING = 960;
const MOST_WAITING = 3200;
const MOST_HELD = WIRE * 10;

/** Changes the rate of one stream: a windowed sinc, evaluated only where an output sample lies. */
class Resampler {
  constructor(source, target) {
    const divisor = gcd(source, target);
    this.up = target / divisor;
    this.down = source / divisor;
    this.half = source === target ? 0 : Math.ceil(ZEROS * Math.max(1, source / target));
    this.bank = this.half ? weights(this.up, this.down, this.half) : [];
    this.held = new Float32Array(this.half);
    this.first = -this.half;
    this.next = 0;
  }

  push(input) {
    if (!this.half) return input;
    const held = new Float32Array(this.held.length + input.length);
    held.set(this.held);
    held.set(input, this.held.length);
    const end = this.first + held.length - this.half;
    const out = [];
    for (;;) {
      const place = this.next * this.down;
      const whole = Math.floor(place / this.up);
      if (whole >= end) break;
      const bank = this.bank[place % this.up];
      const start = whole - this.half + 1 - this.first;
      let sum = 0;
      for (let n = 0; n < bank.length; n += 1) sum += bank[n] * held[start + n];
      out.push(sum);
      this.next += 1;
    }
    const keep = Math.floor((this.next * this.down) / this.up) - this.half + 1 - this.first;
    this.held = held.slice(Math.max(0, keep));
    this.first += Math.max(0, keep);
    // The counts begin anew at a whole number of both rates: they never grow out of exactness.
    if (this.next >= this.up * WIRE) {
      const rounds = Math.floor(this.next / this.up);
      this.next -= rounds * this.up;
      this.first -= rounds * this.down;
    }
    return Float32Array.from(out);
  }
}

function gcd(one, other) {
  return other ? gcd(other, one % other) : one;
}

/** For each phase the weights of the input samples from `half - 1` before to `half` behind. */
function weights(up, down, half) {
  const cutoff = EDGE * Math.min(1, up / down);
  const bank = [];
  for (let phase = 0; phase < up; phase += 1) {
    const row = new Float32Array(2 * half);
    let sum = 0;
    for (let n = 0; n < 2 * half; n += 1) {
      const offset = n - half + 1 - phase / up;
      const x = Math.PI * cutoff * offset;
      const sinc = x ? Math.sin(x) / x : 1;
      const window = Math.cos((Math.PI / 2) * Math.min(1, Math.abs(offset / half))) ** 2;
      row[n] = sinc * window;
      sum += row[n];
    }
    bank.push(row.map((one) => one / sum));
  }
  return bank;
}

class Ear extends AudioWorkletProcessor {
  constructor() {
    super();
    this.changer = new Resampler(sampleRate, WIRE);
    this.frame = new Int16Array(FRAME);
    this.filled = 0;
    this.power = 0;
    this.port.onmessage = ({ data }) => { this.ended = data === "end"; };
  }

  process([input]) {
    if (this.ended) return false;
    const sound = input[0];
    if (!sound) return true;
    for (const sample of this.changer.push(sound)) {
      const value = Math.max(-1, Math.min(1, sample));
      this.power += value * value;
      this.frame[this.filled] = Math.round(value * 32767);
      this.filled += 1;
      if (this.filled === FRAME) {
        this.port.postMessage({ frame: this.frame.buffer, level: Math.sqrt(this.power / FRAME) }, [this.frame.buffer]);
        this.frame = new Int16Array(FRAME);
        this.filled = 0;
        this.power = 0;
      }
    }
    return true;
  }
}

class Mouth extends AudioWorkletProcessor {
  constructor() {
    super();
    this.changer = new Resampler(WIRE, sampleRate);
    this.frames = [];
    this.waiting = 0;
    this.wanted = LEAST_WAITING;
    this.playing = false;
    this.ready = new Float32Array(0);
    this.dry = 0;
    this.power = 0;
    this.count = 0;
    this.port.onmessage = ({ data }) => this.told(data);
  }

  told(data) {
    if (data === "end") this.ended = true;
    else if (data.flush !== undefined) {
      this.port.postMessage({ flushed: data.flush, samples: this.waiting + Math.round((this.ready.length * WIRE) / sampleRate) });
      this.frames = [];
      this.waiting = 0;
      this.ready = new Float32Array(0);
      this.playing = false;
    } else if (this.waiting < MOST_HELD) {
      this.frames.push(new Int16Array(data.frame));
      this.waiting += data.frame.byteLength / 2;
      this.dry = 0;
    }
  }

  /** As many samples at the browser's rate as are played at once, or what there is. */
  fill(count) {
    while (this.ready.length < count && this.frames.length) {
      const frame = this.frames.shift();
      this.waiting -= frame.length;
      const more = this.changer.push(Float32Array.from(frame, (one) => one / 32768));
      const joined = new Float32Array(this.ready.length + more.length);
      joined.set(this.ready);
      joined.set(more, this.ready.length);
      this.ready = joined;
    }
  }

  process(inputs, [output]) {
    if (this.ended) return false;
    const sound = output[0];
    // What is shorter than the wait is played, too, when nothing follows.
    this.dry += sound.length / sampleRate;
    if (!this.playing && this.waiting && (this.waiting >= this.wanted || this.dry > 0.08)) this.playing = true;
    if (this.playing) {
      this.fill(sound.length);
      const part = this.ready.subarray(0, sound.length);
      sound.set(part);
      this.ready = this.ready.slice(part.length);
      for (const sample of part) this.power += sample * sample;
      if (part.length < sound.length) {
        this.playing = false;
        // The end of a sentence is no stutter; sound that comes again at once is.
        this.ranDry = currentTime;
      }
    } else if (this.ranDry && this.waiting && currentTime - this.ranDry < 0.12) {
      this.wanted = Math.min(MOST_WAITING, this.wanted + FRAME);
      this.ranDry = 0;
    }
    for (let n = 1; n < output.length; n += 1) output[n].set(sound);
    this.count += sound.length;
    if (this.count >= sampleRate / 20) {
      this.port.postMessage({ level: Math.sqrt(this.power / this.count), wait: this.wanted / WIRE, playing: this.playing });
      this.power = 0;
      this.count = 0;
    }
    return true;
  }
}

registerProcessor("santral-ear", Ear);
registerProcessor("santral-mouth", Mouth);
