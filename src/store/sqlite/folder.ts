import { existsSync, mkdirSync } from "node:fs";
import { StoreError } from "../store-error.ts";

/** Makes the data folder when it is missing. */
export function makeFolder(folder: string): void {
  try {
    // Feed addresses may hold passwords: nobody else needs to read this.
    if (!existsSync(folder)) mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    const remedy = "name a folder that this user may write in, in SITREP_DATA";
    throw new StoreError("unusable", folder, "the folder cannot be made", remedy, error);
  }
}
