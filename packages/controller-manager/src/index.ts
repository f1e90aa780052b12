export * from './config/flags';
export * from './controllers';
export * from './run';
export type { ControllerDeps, Runnable } from './shared/controller-deps';
