const models = { small: 1536, large: 3072 } as const;

export const EMBEDDING_DIMENSIONS = models.small;
