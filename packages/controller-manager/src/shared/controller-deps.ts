import type { Client, ControllerMetrics, InformerFactory } from '@typekube/client';
import type { Clock, Logger } from '@typekube/component-base';
import type { Cached } from './objects';

/** Tells users what a controller did to an object. It never fails and never waits: an event that cannot be written is logged. */
export type RecordEvent = (about: Cached, type: 'Normal' | 'Warning', reason: string, message: string) => void;

/** What every controller is given. */
export interface ControllerDeps {
  readonly client: Client;
  readonly informers: InformerFactory;
  readonly recordEvent: RecordEvent;
  readonly metrics: (controller: string) => ControllerMetrics;
  readonly logger: Logger;
  readonly clock: Clock;
}

/** Something that runs until its signal is aborted, and resolves when what was under way has ended. */
export interface Runnable {
  run(signal: AbortSignal): Promise<void>;
}
