// The call's sound in this browser: the microphone, if there is one that may be used, and the loudspeaker.

const MICROPHONE = { echoCancellation: true, noiseSuppression: true, autoGainControl: true, channelCount: 1 };

export class Sound {
  /** `on` is told `frame(buffer)`, `level(share)`, `said({level, wait, playing})`, `flushed(id, samples)`, `lost()`. */
  constructor(address, on) {
    this.address = address;
    this.on = on;
    this.muted = false;
  }

  /** Must be begun by a press of the customer's: browsers let nothing sound before. */
  async open() {
    const Context = window.AudioContext || window.webkitAudioContext;
    if (!Context || !window.AudioWorkletNode) throw new Error("no audio worklet");
    this.context = new Context({ latencyHint: "interactive" });
    const resumed = this.context.resume();
    await this.context.audioWorklet.addModule(this.address);
    await resumed;
    this.mouth = new AudioWorkletNode(this.context, "santral-mouth", { numberOfInputs: 0, outputChannelCount: [1] });
    this.mouth.port.onmessage = ({ data }) => {
      if (data.flushed === undefined) this.on.said(data);
      else this.on.flushed(data.flushed, data.samples);
    };
    this.mouth.connect(this.context.destination);
  }

  /** Ask for the microphone: "" when it is there, else why not: `denied`, `none`, `insecure`, `busy`. */
  async listen() {
    if (!navigator.mediaDevices || !navigator.mediaDevices.getUserMedia) return window.isSecureContext ? "none" : "insecure";
    try {
      this.stream = await navigator.mediaDevices.getUserMedia({ audio: MICROPHONE });
    } catch (error) {
      if (error.name === "NotAllowedError" || error.name === "SecurityError") return "denied";
      return error.name === "NotFoundError" || error.name === "OverconstrainedError" ? "none" : "busy";
    }
    if (!this.context || this.context.state === "closed") {
      this.release();
      return "";
    }
    for (const track of this.stream.getAudioTracks()) track.addEventListener("ended", () => this.on.lost());
    const source = this.context.createMediaStreamSource(this.stream);
    this.ear = new AudioWorkletNode(this.context, "santral-ear", { numberOfOutputs: 0, channelCount: 1, channelCountMode: "explicit" });
    this.ear.port.onmessage = ({ data }) => {
      this.on.level(this.muted ? 0 : data.level);
      if (!this.muted) this.on.frame(data.frame);
    };
    source.connect(this.ear);
    return "";
  }

  play(buffer) {
    if (this.mouth) this.mouth.port.postMessage({ frame: buffer }, [buffer]);
  }

  flush(id) {
    if (this.mouth) this.mouth.port.postMessage({ flush: id });
    else this.on.flushed(id, 0);
  }

  mute(on) {
    this.muted = on;
    for (const track of this.stream ? this.stream.getAudioTracks() : []) track.enabled = !on;
  }

  /** Two tones, as a telephone's keys have. */
  beep(key) {
    if (!this.context) return;
    const place = "123456789*0#".indexOf(key);
    const pitches = [[697, 770, 852, 941][Math.floor(place / 3)], [1209, 1336, 1477][place % 3]];
    const volume = this.context.createGain();
    const now = this.context.currentTime;
    volume.gain.setValueAtTime(0.05, now);
    volume.gain.setTargetAtTime(0, now + 0.09, 0.012);
    volume.connect(this.context.destination);
    for (const pitch of pitches) {
      const tone = this.context.createOscillator();
      tone.frequency.value = pitch;
      tone.connect(volume);
      tone.start(now);
      tone.stop(now + 0.16);
    }
  }

  /** The microphone is listened to no longer. */
  release() {
    for (const track of this.stream ? this.stream.getTracks() : []) track.stop();
    if (this.ear) this.ear.port.postMessage("end");
    this.stream = this.ear = null;
  }

  close() {
    this.release();
    if (this.mouth) this.mouth.port.postMessage("end");
    this.mouth = null;
    if (this.context && this.context.state !== "closed") this.context.close().catch(() => {});
  }
}
