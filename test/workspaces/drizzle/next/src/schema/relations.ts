import { defineRelations } from "drizzle-orm";
import * as crew from "./crew";
import * as fleet from "./ships";

export const relations = defineRelations({ ships: fleet.ships, sailors: crew.sailors }, (r) => ({
  ships: { sailors: r.many.sailors({ from: r.ships.shipId, to: r.sailors.shipId }) },
}));
