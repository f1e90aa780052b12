import type { Overlay } from './overlay';

export const apiregistration: Overlay = {
  APIServiceSpec: { caBundle: 'list=atomic' },
  APIServiceStatus: { conditions: 'list=map(type) patch=merge(type)' },
};
