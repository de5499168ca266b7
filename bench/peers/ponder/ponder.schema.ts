import { onchainTable } from "ponder";

// Ponder wants a table; the reads are what is measured, so nothing is written into it.
export const nothing = onchainTable("nothing", (t) => ({ id: t.text().primaryKey() }));
