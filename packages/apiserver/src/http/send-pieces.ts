import type { Writable } from 'node:stream';
import { endAll, lastEndAt } from './end-together';
import { type ApiResponse, isGone } from './messages';

/** What is written of a long answer at once: half a millisecond of encryption. */
const PIECE_BYTES = 1024 * 1024;

/** What is written of all of them in one turn of the loop while there are clients with short answers. Always so little would cost lists of hundreds of objects a third of their rate. */
const SHARED_TURN_BYTES = 128 * 1024;

/** How long after a short answer another one is reckoned with. */
const SHARED_MS = 250;

interface Sending {
  readonly response: PieceSink;
  readonly body: Buffer;
  at: number;
}

/** Long answers whose clients have taken what was written of them so far, in the order in which they go on: those that have begun come first. */
const ready: Sending[] = [];
let isTurnDue = false;

/** An answer whose head is written. */
export type PieceSink = Writable & Pick<ApiResponse, 'flushHeaders'>;

/**
 * Sends a long answer. Encrypting it takes the loop for milliseconds, and memory for as many bytes again until the client has read them: it goes out in
 * pieces, each when the client has taken the one before. While others have short answers, all long ones share what is written in a turn of the loop:
 * several lists that are sent at once would otherwise take it together for as long as one that is not cut.
 */
export function sendInPieces(response: PieceSink, body: Buffer): void {
  response.flushHeaders();
  ready.push({ response, body, at: 0 });
  askForTurn();
}

/** How many long answers wait for nothing but the loop, where that would be felt by others. */
export function longAnswersReady(): number {
  return ready.length > 0 && isShared() ? ready.length : 0;
}

function isShared(): boolean {
  return performance.now() - lastEndAt() < SHARED_MS;
}

function askForTurn(): void {
  if (!isTurnDue) setImmediate(turn);
  isTurnDue = true;
}

function turn(): void {
  // Those who get little do not wait for the pieces.
  endAll();
  for (let left = isShared() ? SHARED_TURN_BYTES : Infinity; left > 0; ) {
    const next = ready.shift();
    if (!next) break;
    left -= sendPiece(next, Math.min(left, PIECE_BYTES));
  }
  isTurnDue = false;
  if (ready.length > 0) askForTurn();
}

/** The bytes written, at most `limit`. */
function sendPiece(sending: Sending, limit: number): number {
  const { response, body, at } = sending;
  if (isGone(response)) return 0;
  const piece = body.subarray(at, at + limit);
  sending.at += piece.length;
  response.write(piece, () => goOn(sending));
  return piece.length;
}

function goOn(sending: Sending): void {
  if (sending.at >= sending.body.length) return void sending.response.end();
  ready.unshift(sending);
  askForTurn();
}
