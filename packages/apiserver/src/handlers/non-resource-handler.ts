import { newMethodNotAllowed } from '@typekube/apimachinery';
import express, { type Router } from 'express';
import type { Handler } from '../chain/filter';
import type { Discovery } from '../discovery/routes';
import type { ApiRequest, ApiResponse } from '../http/messages';
import { sendBytes, sendUnknownPath } from '../http/respond';
import type { ServerCore } from './core';

/** A route's handler, given to Express: what it throws reaches the chain, which answers with a Status. */
export function route(handler: Handler): express.RequestHandler {
  return (request, response, next) => {
    Promise.resolve()
      .then(() => handler(request as ApiRequest, response as ApiResponse))
      .catch(next);
  };
}

/** Everything that is no resource: discovery, and what `addRoutes` adds. */
export function nonResourceHandler(
  core: ServerCore,
  discovery: Discovery,
  addRoutes: (router: Router, core: ServerCore) => void,
): Handler {
  // Paths are what was authorised, to the letter: a rule for `/metrics/*` is none for `/metrics`.
  const router = express.Router({ caseSensitive: true, strict: true });
  const discover = route((request, response) => discovery.handle(request, response));
  const paths = ['/api{/}', '/api/:version{/}', '/apis{/}', '/apis/:group{/}', '/apis/:group/:version{/}'];
  router.get(paths, discover);
  router.all(paths, () => {
    throw newMethodNotAllowed();
  });
  addRoutes(router, core);
  router.get('/', route((request, response) => sendPaths(core, request, response)));
  return (request, response) =>
    new Promise<void>((resolve, reject) => {
      router(request, response, (error?: unknown) => {
        if (error !== undefined) return reject(error as Error);
        sendUnknownPath(request, response);
        resolve();
      });
    });
}

/** The root lists what there is, for people with curl. */
function sendPaths({ registry }: ServerCore, request: ApiRequest, response: ApiResponse): void {
  const groups = registry.groups().flatMap(({ group, versions }) => {
    if (group === '') return ['/api', ...versions.map((version) => `/api/${version}`)];
    return [`/apis/${group}`, ...versions.map((version) => `/apis/${group}/${version}`)];
  });
  const others = ['/.well-known/openid-configuration', '/apis', '/healthz', '/livez', '/metrics', '/openapi/v2', '/openapi/v3', '/openid/v1/jwks', '/readyz', '/version'];
  const body = Buffer.from(`${JSON.stringify({ paths: [...groups, ...others].sort() }, undefined, 2)}\n`);
  sendBytes(request, response, 200, body, { 'Content-Type': 'application/json' });
}
