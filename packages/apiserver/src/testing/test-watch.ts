import type { IncomingMessage } from 'node:http';
import type { AnswerBody } from './https-client';

export interface TestEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: AnswerBody;
}

/** A running watch: its events as they come; ends when the server ends it. */
export class TestWatch implements AsyncIterableIterator<TestEvent> {
  private readonly events: AsyncGenerator<TestEvent, undefined>;

  constructor(
    readonly message: IncomingMessage,
    private readonly abort: () => void,
  ) {
    this.events = readEvents(message);
  }

  next(): Promise<IteratorResult<TestEvent, undefined>> {
    return this.events.next();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** The next events; fails if the watch ends before. */
  async take(count: number): Promise<TestEvent[]> {
    const taken: TestEvent[] = [];
    while (taken.length < count) {
      const { value, done } = await this.next();
      if (done) throw new Error(`the watch ended after ${taken.length} of ${count} events`);
      taken.push(value);
    }
    return taken;
  }

  /** All events until the server ends the watch. */
  async rest(): Promise<TestEvent[]> {
    const all: TestEvent[] = [];
    for await (const event of this) all.push(event);
    return all;
  }

  close(): void {
    this.message.on('error', () => undefined);
    this.abort();
  }
}

async function* readEvents(message: IncomingMessage): AsyncGenerator<TestEvent, undefined> {
  let text = '';
  message.setEncoding('utf8');
  for await (const chunk of message) {
    const lines = (text + String(chunk)).split('\n');
    text = lines.pop() ?? '';
    for (const line of lines) yield JSON.parse(line) as TestEvent;
  }
}
