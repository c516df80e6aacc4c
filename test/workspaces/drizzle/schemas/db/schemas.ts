import { pgSchema, pgSequence, pgEnum } from 'drizzle-orm/pg-core'
import { UnitOfMeasure, statusLabels } from '../domain/enums'

export const inventory = pgSchema('inventory')
export const ledger = pgSchema('ledger')

export const unit = inventory.enum('unit', Object.values(UnitOfMeasure) as [string, ...string[]])
export const movementKind = inventory.enum('movement_kind', ['in', 'out', 'correction'])
export const status = pgEnum('status', Object.keys(statusLabels) as [keyof typeof statusLabels])
export const entrySide = ledger.enum('entry_side', ['debit', 'credit'] as const)

const priorities = ['low', 'normal', 'high'] as const
export const priority = pgEnum('priority', [...priorities, 'critical'])
export const color = pgEnum('color', { Red: 'red', Green: 'green', Blue: "navy 'blue'" })

export const orderNumbers = pgSequence('order_numbers', { startWith: 1000, increment: 10, cache: 5 })
export const lotNumbers = inventory.sequence('lot_numbers', { minValue: 1, maxValue: 999_999, cycle: true })
export const countdown = ledger.sequence('countdown', { increment: -1 })
