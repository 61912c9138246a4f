import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { open, readdir, rename, rm, stat } from "node:fs/promises";
import { join, relative } from "node:path";
import {
  openPublished,
  queryRows,
  sqlString,
  withDuckDB,
  WorkspaceError,
  type Layout,
  type PublishedData,
  type PublishedFile,
} from "../../data";
import { syncFolder } from "../durable";
import type { PersonalPlace, PersonalRecord } from "./place";
