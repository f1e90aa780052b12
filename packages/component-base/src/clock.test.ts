import { systemClock } from './clock';

const DAY = 86_400_000;

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

it('waits for months, which is longer than a timer of Node.js can', () => {
  const callback = jest.fn();
  systemClock.after(60 * DAY, callback);
  jest.advanceTimersByTime(60 * DAY - 1);
  expect(callback).not.toHaveBeenCalled();
  jest.advanceTimersByTime(1);
  expect(callback).toHaveBeenCalledTimes(1);
});

it('can be cancelled, also when it has waited for long', () => {
  const callback = jest.fn();
  const timer = systemClock.after(60 * DAY, callback);
  jest.advanceTimersByTime(50 * DAY);
  timer.cancel();
  jest.advanceTimersByTime(50 * DAY);
  expect(callback).not.toHaveBeenCalled();
});
