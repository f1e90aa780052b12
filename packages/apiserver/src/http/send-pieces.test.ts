import { Writable } from 'node:stream';
import { endTogether } from './end-together';
import { longAnswersReady, type PieceSink, sendInPieces } from './send-pieces';

const MIB = 1024 * 1024;

/** An answer whose client takes at once what is written. */
class Answer extends Writable implements PieceSink {
  readonly pieces: number[] = [];

  flushHeaders(): void {
    // There is no head.
  }

  override _write(piece: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.pieces.push(piece.length);
    done();
  }

  get bytes(): number {
    return this.pieces.reduce((sum, length) => sum + length, 0);
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

async function sendAll(answers: readonly Answer[], onTurn: (bytes: number) => void = () => undefined): Promise<void> {
  while (answers.some(({ writableFinished }) => !writableFinished)) {
    const before = answers.reduce((sum, { bytes }) => sum + bytes, 0);
    await nextTurn();
    onTurn(answers.reduce((sum, { bytes }) => sum + bytes, 0) - before);
  }
}

describe('long answers', () => {
  it('go out in large pieces, all at once, where there are no short ones', async () => {
    const answers = [new Answer(), new Answer()];
    for (const answer of answers) sendInPieces(answer, Buffer.alloc(2 * MIB + 5));
    expect(longAnswersReady()).toBe(0);
    await sendAll(answers);
    expect(answers.map(({ pieces }) => pieces)).toEqual([[MIB, MIB, 5], [MIB, MIB, 5]]);
  });

  it('share what is written in a turn while there are short ones, which go out first, and the oldest is finished first', async () => {
    const short = new Answer();
    const long = Array.from({ length: 4 }, () => new Answer());
    const gone = new Answer();
    for (const answer of [gone, ...long]) sendInPieces(answer, Buffer.alloc(MIB));
    gone.destroy();
    endTogether(short, Buffer.from('short'));
    let isShortFirst = true;
    for (const answer of long) answer.once('drain', () => (isShortFirst &&= short.writableEnded));
    const finished: number[] = [];
    long.forEach((answer, i) => answer.once('finish', () => finished.push(i)));
    expect(longAnswersReady()).toBe(0);
    await sendAll(long, (bytes) => {
      expect(bytes).toBeLessThanOrEqual(MIB / 8);
      if (finished.length < 2) expect(longAnswersReady()).toBeGreaterThan(0);
    });
    expect(isShortFirst).toBe(true);
    expect(finished).toEqual([0, 1, 2, 3]);
    expect(gone.bytes).toBe(0);
  });
});
