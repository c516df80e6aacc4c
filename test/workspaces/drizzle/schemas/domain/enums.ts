export enum UnitOfMeasure {
  Piece = 'piece',
  Kilogram = 'kg',
  Litre = 'l',
}

export const statusLabels = {
  open: 'Open',
  packed: 'Packed',
  shipped: 'On its way',
} as const
