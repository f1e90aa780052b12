export type { Backend } from './backend';
export { program, type ShimOptions } from './config/flags';
export { importImages } from './import-images';
export { run } from './run';
