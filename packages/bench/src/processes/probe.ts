import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { serveCommands } from './commands';

/** What the API server under test is asked; it knows nothing of it. */
export interface ProbeCommands {
  /** Bytes that live objects hold, after a garbage collection. */
  liveBytes(): number;
}

const commands: ProbeCommands = {
  liveBytes() {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    // What finalisers release goes with the second.
    collect();
    collect();
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  },
};

// Loaded into the server with --require. Its channel must not keep the server alive.
serveCommands(commands, () => process.kill(process.pid, 'SIGTERM'));
process.channel?.unref();
