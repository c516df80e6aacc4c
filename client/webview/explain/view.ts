/** One way to look at a plan: what a tab shows. */
export interface View {
  readonly element: HTMLElement;
  /** Another view, or a finding, has led there: it is brought in sight, and the focus stays where it is. */
  select(path: string): void;
  focus(): void;
  dispose(): void;
}
