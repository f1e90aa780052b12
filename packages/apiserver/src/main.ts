import { runMain } from '@typekube/component-base';
import { program } from './config/flags';
import { run } from './run';

// Node's own 8 KiB hold four or five objects: making such pools was a twentieth of the work of creating objects.
Buffer.poolSize = 64 * 1024;

void runMain(program, run);
