export * as data from "./data";
export * as als from "./als";
export * as recommend from "./recommend";
export * as evaluate from "./evaluate";
export * as bi from "./bi";
export * as spark from "./spark";
export * as deploy from "./deploy";
export * as notebook from "./notebook";
