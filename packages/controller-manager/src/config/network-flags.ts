import { type Flag, integerFlag, section } from '@typekube/component-base';
import { workers } from './workers-flag';

/** The controllers that make the endpoints of services. */
export const network = section('Service controllers', {
  concurrentEndpointSyncs: workers('endpoint', 5),
  concurrentServiceEndpointSyncs: between(1, 50, workers('service endpoint', 5)),
  maxEndpointsPerSlice: between(
    1,
    1000,
    integerFlag({
      valueName: 'int32',
      default: 100,
      help:
        'The maximum number of endpoints that will be added to an EndpointSlice. More endpoints per slice will ' +
        'result in less endpoint slices, but larger resources.',
    }),
  ),
  mirroringConcurrentServiceEndpointSyncs: between(
    1,
    50,
    integerFlag({
      valueName: 'int32',
      default: 5,
      help:
        'The number of service endpoint syncing operations that will be done concurrently by the ' +
        'endpointslice-mirroring-controller. Larger number = faster endpoint slice updating, but more CPU (and network) load.',
    }),
  ),
  mirroringMaxEndpointsPerSubset: between(
    1,
    1000,
    integerFlag({
      valueName: 'int32',
      default: 1000,
      help:
        'The maximum number of endpoints that will be added to an EndpointSlice by the endpointslice-mirroring-controller. ' +
        'More endpoints per slice will result in less endpoint slices, but larger resources.',
    }),
  ),
});

/** Both bounds are allowed; what is beyond them ends the start. */
function between(min: number, max: number, flag: Flag<number>): Flag<number> {
  return {
    ...flag,
    parse(text, previous) {
      const value = flag.parse(text, previous);
      if (value < min) throw new Error(`must not be less than ${min}, but got ${value}`);
      if (value > max) throw new Error(`must not be more than ${max}, but got ${value}`);
      return value;
    },
  };
}
