export { program, type KubeletFlags } from './config/flags';
export { type KubeletConfiguration, loadConfiguration, parseConfiguration } from './config/configuration';
export { run } from './run';
