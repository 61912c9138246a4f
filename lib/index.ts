export * as data from "./data";
export * as als from "./als";
export * as recommend from "./recommend";
export * as evaluate from "./evaluate";
