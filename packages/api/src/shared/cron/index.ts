export { type CronSchedule, CronSyntaxError, parseCron } from './parse';
export { nextCronTime } from './next';
export { formatZonedTime, isTimeZone } from './zoned-time';
