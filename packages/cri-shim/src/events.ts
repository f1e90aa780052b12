import { cri } from '@typekube/cri-api';

const MAX_WAITING = 1000;

/** Passes container events on to everybody who listens. A listener that is slow is cut off, and asks again. */
export class EventHub {
  private readonly listeners = new Set<Listener>();

  publish(event: cri.IContainerEventResponse): void {
    for (const listener of this.listeners) {
      if (listener.waiting.length >= MAX_WAITING) listener.isCut = true;
      else listener.waiting.push(event);
      listener.wake();
    }
  }

  /** Events from now on. Ends with the signal; fails when it fell behind. */
  async *subscribe(signal: AbortSignal): AsyncGenerator<cri.IContainerEventResponse> {
    const listener: Listener = { waiting: [], isCut: false, wake: () => undefined };
    this.listeners.add(listener);
    const wake = (): void => listener.wake();
    signal.addEventListener('abort', wake);
    try {
      while (!signal.aborted) {
        const event = listener.waiting.shift();
        if (event) yield event;
        else if (listener.isCut) throw new Error('the listener fell behind the events');
        else await new Promise<void>((resolve) => (listener.wake = resolve));
      }
    } finally {
      this.listeners.delete(listener);
      signal.removeEventListener('abort', wake);
    }
  }
}

interface Listener {
  readonly waiting: cri.IContainerEventResponse[];
  isCut: boolean;
  wake: () => void;
}

export const EventType = cri.ContainerEventType;
