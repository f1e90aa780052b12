/**
 * What one mutating round remembers for a second one. A plugin that calls others asks for it by `request` when it has changed the object:
 * then all plugins run once more, as upstream's reinvocation handler has it.
 */
export class Reinvocation {
  private readonly memory = new Map<string, unknown>();
  private isRequested = false;
  private isSecond = false;

  /** Whether this is the second round. */
  get isActive(): boolean {
    return this.isSecond;
  }

  request(): void {
    this.isRequested = true;
  }

  /** What a plugin keeps from the first round to the second, made when first asked for. */
  memoryOf<T>(plugin: string, make: () => T): T {
    if (!this.memory.has(plugin)) this.memory.set(plugin, make());
    return this.memory.get(plugin) as T;
  }

  /** Begins the second round if one was asked for; there is no third. */
  begin(): boolean {
    if (!this.isRequested || this.isSecond) return false;
    this.isSecond = true;
    return true;
  }
}
