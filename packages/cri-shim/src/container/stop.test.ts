import { signalNumber } from './stop';

describe('signalNumber', () => {
  it.each([
    ['SIGTERM', 15],
    ['quit', 3],
    ['9', 9],
    ['SIGRTMIN+3', 37],
    ['SIGRTMINPLUS3', 37],
    ['SIGRTMAXMINUS1', 63],
    ['SIGRTMAX', 64],
    ['SIGCLD', 17],
    ['SIGNOTHING', undefined],
    ['', undefined],
  ])('knows %s', (name, number) => expect(signalNumber(name)).toBe(number));
});
