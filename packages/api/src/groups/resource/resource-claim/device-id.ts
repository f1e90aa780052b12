/** One device of one pool of one driver, and of that a share where it is shared: `driver/pool/device[/share]`. */
export function deviceIdOf(device: { driver: string; pool: string; device: string; shareID?: string }): string {
  const id = `${device.driver}/${device.pool}/${device.device}`;
  return device.shareID === undefined ? id : `${id}/${device.shareID}`;
}
