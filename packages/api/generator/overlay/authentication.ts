import type { Overlay } from './overlay';

export const authentication: Overlay = {
  TokenRequestSpec: { audiences: 'list=atomic' },
  TokenReviewSpec: { audiences: 'list=atomic' },
  TokenReviewStatus: { audiences: 'list=atomic' },
  UserInfo: { groups: 'list=atomic' },
};
