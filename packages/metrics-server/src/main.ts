import { runMain } from '@typekube/component-base';
import { program } from './config/flags';
import { run } from './run';

void runMain(program, (flags, signal) => run(flags, signal));
