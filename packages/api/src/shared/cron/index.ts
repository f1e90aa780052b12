export { type CronSchedule, CronSyntaxError, parseCron } from './parse';
export { nextCronTime } from './next';
export { isTimeZone } from './zoned-time';
