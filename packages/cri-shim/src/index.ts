export type { Backend } from './backend';
export { program, type ShimOptions } from './config/flags';
export type { ContainerdOptions } from './backends/containerd/backend';
export { importImages } from './import-images';
export { run } from './run';
