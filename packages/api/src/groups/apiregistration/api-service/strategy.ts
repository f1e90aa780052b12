import type { Strategy, StrategyContext } from '../../../registry/resource-definition';
import { deriveStatusStrategy, keepField } from '../../../registry/status-strategy';
import { wholeSeconds } from '../../../shared/time/whole-seconds';
import type { apiregistrationv1 } from '../../../types';
import { validateApiService, validateApiServiceStatus } from './validate';

/** How an APIService is written. One without a service is served by this server itself, and so available at once. */
export const strategy: Strategy<apiregistrationv1.APIService> = {
  validateName: () => [],
  prepareForCreate(object, context) {
    delete object.status;
    if (!object.spec?.service) object.status = { conditions: [localAvailable(context)] };
  },
  prepareForUpdate(object, old) {
    keepField(object, old, 'status');
  },
  validate: (object) => validateApiService(object),
  validateUpdate: (object) => validateApiService(object),
  allowCreateOnUpdate: false,
  allowUnconditionalUpdate: false,
};

/** How availability is written. */
export const statusStrategy = deriveStatusStrategy(strategy, { validateUpdate: (object) => validateApiServiceStatus(object) });

function localAvailable({ now }: StrategyContext): apiregistrationv1.APIServiceCondition {
  return {
    type: 'Available',
    status: 'True',
    lastTransitionTime: wholeSeconds(now),
    reason: 'Local',
    message: 'Local APIServices are always available',
  };
}
