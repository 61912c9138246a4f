export { preparedDataPlace, publishedDataPlace } from "./data";
export { eventsPlace } from "./events";
export { logsPlace } from "./logs";
export { modelsPlace } from "./models";
export * from "./place";
