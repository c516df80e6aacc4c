export const LIMITS = {
  name: 80,
  slug: 48,
} as const;

export enum Visibility {
  Private = "private",
  Team = "team",
  Public = "public",
}
