/** Something that is kept of a user, in one file, version or index. */
export interface PersonalRecord {
  /** Where it is: a path, or a name that says as much. */
  where: string;
  /** What it says, as far as it can be shown; ids are MovieLens ids. */
  what: unknown;
}

/** One of the places in which something may be kept of a user. */
export interface PersonalPlace {
  /** Such as "events in data/events". */
  readonly name: string;
  /** All that is there of a user, by MovieLens id, one at a time; nothing is changed. */
  find(userId: number): AsyncIterable<PersonalRecord>;
  /** Removes all of it. What cannot be removed stays, for `find` to tell. */
  erase(userId: number): Promise<void>;
}

/** How much one place holds of a user. */
export interface PlaceCount {
  place: string;
  records: number;
  /** Files, versions or indices that hold them. */
  where: string[];
}

/** Searches every place. */
export async function countPersonalRecords(
  places: readonly PersonalPlace[],
  userId: number,
): Promise<PlaceCount[]> {
  const counts: PlaceCount[] = [];
  for (const place of places) {
    const where = new Set<string>();
    let records = 0;
    for await (const record of place.find(userId)) {
      records++;
      where.add(record.where);
    }
    counts.push({ place: place.name, records, where: [...where] });
  }
  return counts;
}
