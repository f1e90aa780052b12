export { program, type DnsFlags } from './config/flags';
export { run } from './run';
