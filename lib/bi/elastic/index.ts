export {
  connectElastic,
  elasticEnvironment,
  withElastic,
  type ElasticConnection,
  type ElasticOptions,
} from "./connection";
export {
  DEFAULT_TOP,
  documentSources,
  type DocumentSource,
  type DocumentSources,
  type LoadedFactors,
  type UserLists,
} from "./documents";
export type { DocumentOf, Field, FieldType, Fields, KibanaField, MappingProperty } from "./fields";
export * from "./indices";
export * from "./load";
export { eraseUserDocuments, userDocuments, type UserDocument } from "./personal";
export { loadedVersions, rollBack, type LoadedVersion, type VersionMeta } from "./versions";
export * from "./vectors";
export { elasticQueryNames, runElasticQuery } from "./questions";
