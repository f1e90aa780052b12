import type { ZPages } from '@typekube/component-base';
import { newUnknownPath } from '@typekube/apimachinery';
import type { Router } from 'express';
import { route } from '../handlers/non-resource-handler';
import { sendText } from '../http/respond';

/** The endpoints that `/statusz` names. */
export const ENDPOINTS: readonly string[] = ['/api', '/apis', '/debug', '/flagz', '/healthz', '/livez', '/metrics', '/openapi', '/openid', '/readyz', '/statusz', '/version'];

/** `/statusz` and `/flagz`. */
export function addZPages(router: Router, pages: ZPages): void {
  router.get(
    ['/statusz', '/flagz'],
    route((request, response) => {
      const answer = pages.answer(request.context.info.path, request.headers.accept);
      if (!answer) throw newUnknownPath();
      sendText(request, response, answer.status, answer.body, answer.contentType);
    }),
  );
}
