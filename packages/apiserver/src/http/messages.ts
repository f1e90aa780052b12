import { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Writable } from 'node:stream';
import { constants, Http2ServerRequest, Http2ServerResponse, type ServerHttp2Stream } from 'node:http2';
import express from 'express';
import type { RequestContext } from '../chain/request-context';

/** A request on its way through the chain; `context` is set by the chain's first filter. */
export interface ApiRequest extends express.Request {
  context: RequestContext;
  /** The connection, where the client asks to go on in another protocol; its handler takes it over, or the answer refuses. */
  readonly upgraded?: { readonly socket: Socket; readonly head: Buffer };
}

export type ApiResponse = express.Response;

/** Whether nobody waits for the answer any more: its `close` event has been. */
export function isGone(response: Writable): boolean {
  return response.destroyed || response.closed || (http2Stream(response)?.destroyed ?? false);
}

/** Ends an answer that cannot be finished so that the client does not take it for whole. */
export function breakOff(response: Writable): void {
  const stream = http2Stream(response);
  if (stream) stream.close(constants.NGHTTP2_INTERNAL_ERROR);
  else response.destroy();
}

function http2Stream(response: Writable): ServerHttp2Stream | undefined {
  return (response as Writable & { readonly stream?: ServerHttp2Stream }).stream;
}

/**
 * Express sets the prototype of every request and response to its own, which costs V8 about 90 µs a request because it
 * invalidates what was optimised for these objects. Here the server makes its messages with Express' methods in their
 * prototype chain from the start, so that the assignment finds the prototype already there.
 */
class Http1Request extends IncomingMessage {}
class Http1Response extends ServerResponse {}
class Http2Request extends Http2ServerRequest {}
class Http2Response extends Http2ServerResponse {}

insertInChain(Http1Request.prototype, express.request);
insertInChain(Http1Response.prototype, express.response);
insertInChain(Http2Request.prototype, express.request);
insertInChain(Http2Response.prototype, express.response);

/** Puts a copy of Express' methods between a class and the node class it extends. */
function insertInChain(prototype: object, methods: object): void {
  const descriptors = Object.getOwnPropertyDescriptors(methods);
  Object.setPrototypeOf(prototype, Object.create(Object.getPrototypeOf(prototype), descriptors));
}

/** The options that make `http2.createSecureServer` use these classes for both protocols. */
export const messageClasses = {
  Http1IncomingMessage: Http1Request,
  Http1ServerResponse: Http1Response,
  Http2ServerRequest: Http2Request,
  Http2ServerResponse: Http2Response,
};

/** One Express application for each protocol, both sending every request to the same handler. */
export function createApps(handler: express.RequestHandler): { http1: express.Express; http2: express.Express } {
  return {
    http1: createApp(handler, Http1Request.prototype, Http1Response.prototype),
    http2: createApp(handler, Http2Request.prototype, Http2Response.prototype),
  };
}

function createApp(handler: express.RequestHandler, request: object, response: object): express.Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', false);
  // Both applications share the prototypes' `app` only for reading settings, which are the same in both.
  Object.defineProperty(request, 'app', { value: app, configurable: true });
  Object.defineProperty(response, 'app', { value: app, configurable: true });
  Object.assign(app, { request, response });
  app.use(handler);
  return app;
}

/** A request to change protocols with an answer of its own, so that it goes the way of every request. */
export function acceptUpgrade(request: IncomingMessage, socket: Socket, head: Buffer): { request: ApiRequest; response: ApiResponse } {
  const response = new Http1Response(request);
  response.shouldKeepAlive = false;
  response.assignSocket(socket);
  response.once('finish', () => socket.end());
  return { request: Object.assign(request as ApiRequest, { upgraded: { socket, head } }), response: response as unknown as ApiResponse };
}
