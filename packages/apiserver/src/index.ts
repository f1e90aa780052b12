export { ApiServer, type ApiServerOptions } from './server';
export { program, type ServerOptions } from './config/flags';
export { run, type OnReady } from './run';
