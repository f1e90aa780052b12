export { ADMIN_TOKEN, clientIdentity, type LogEntry, testCA, TestServer, type TestServerOptions } from './test-server';
export { type Answer, type AnswerBody, type Call, HttpsClient } from './https-client';
export { type TestEvent, TestWatch } from './test-watch';
export { authenticatingServer } from './authenticating-server';
export { objectsFrom, type PluginOutcome, type PluginWrite, runPlugin } from './plugin-run';
export { authorizationFlags } from './authorization-flags';
