export { type MetricsServerFlags, program } from './config/flags';
export { run } from './run';
