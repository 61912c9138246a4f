import type { Demographics } from "./dataset";
import type { ReadingContext } from "./movies";
import { idOf } from "./ratings";
import { readTextRows, type TextForm } from "./text";

/** The age bands of 1m by the number that stands for each in users.dat; 100k's ages in years fall into the same ones. */
const AGE_BANDS: readonly [from: number, name: string][] = [
  [1, "under 18"],
  [18, "18–24"],
  [25, "25–34"],
  [35, "35–44"],
  [45, "45–49"],
  [50, "50–55"],
  [56, "56 or older"],
];

/** The occupations of 1m, by number. Source: the README that is published with it. */
const OCCUPATIONS = [
  "other",
  "academic or educator",
  "artist",
  "clerical or admin",
  "college or grad student",
  "customer service",
  "doctor or health care",
  "executive or managerial",
  "farmer",
  "homemaker",
  "K-12 student",
  "lawyer",
  "programmer",
  "retired",
  "sales or marketing",
  "scientist",
  "self-employed",
  "technician or engineer",
  "tradesman or craftsman",
  "unemployed",
  "writer",
];

/** The band of an age in years, or of the number that stands for a band in 1m. */
const ageBand = (age: number, inYears: boolean): string | undefined =>
  AGE_BANDS.filter(([from]) => (inYears ? from <= age : from === age)).pop()?.[1];

/**
 * The user table of 1m (users.dat: id, gender, age band, occupation, zip code) or 100k (u.user: id, age, gender,
 * occupation, zip code): MovieLens user id → demographics. Zip codes are not kept: nothing here learns from them, and
 * with age and occupation they single people out.
 */
export async function readDemographics(context: ReadingContext): Promise<Map<number, Demographics>> {
  const { layout, ledger, file, reading, onBytes } = context;
  const named = layout.name === "100k";
  const form: TextForm = {
    encoding: layout.encoding,
    separator: named ? "|" : layout.separator,
    columns: 5,
    quotes: false,
  };
  const people = new Map<number, Demographics>();
  await readTextRows(file, form, ledger, reading, onBytes, (fields, line, text) => {
    const reject = (rule: "not-a-number" | "unknown-demographics" | "duplicate-user", reason: string): void =>
      ledger.record(rule, { file: file.name, line, reason, text });
    const userId = idOf(fields[0]);
    const [gender, ageText] = named ? [fields[2], fields[1]] : [fields[1], fields[2]];
    const years = idOf(ageText);
    if (userId === null || years === null)
      return reject("not-a-number", "the user id or the age is not a whole number");
    const age = ageBand(years, named);
    const occupation = named ? fields[3] : OCCUPATIONS[idOf(fields[3]) ?? -1];
    if (!/^[FM]$/.test(gender) || age === undefined || !occupation)
      return reject("unknown-demographics", "its gender, age or occupation is none of the layout's");
    if (people.has(userId)) return reject("duplicate-user", `user ${userId} is in the table already`);
    people.set(userId, { gender, age, occupation });
  });
  return people;
}
