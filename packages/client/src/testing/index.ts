export * from './api-server';
export * from './eventually';
