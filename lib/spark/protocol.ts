/**
 * The part of the Spark Connect protocol that this client speaks (Spark 4.0 and later): messages, the numbers and
 * types of their fields, and the calls. It is the one description: the codec is made from it, and so are the types,
 * so that a key that no message has does not compile. A test holds it against the descriptors inside PySpark.
 *
 * A type is a scalar, a message or an enum by its name below `spark.connect`; `T[]` repeats, `map<T>` has string
 * keys. int64 is a decimal string on this side, since a JavaScript number does not hold all of it.
 */
export const MESSAGES = {
  Plan: { root: [1, "Relation"], command: [2, "Command"] },
  UserContext: { user_id: [1, "string"], user_name: [2, "string"] },
  StorageLevel: {
    use_disk: [1, "bool"],
    use_memory: [2, "bool"],
    use_off_heap: [3, "bool"],
    deserialized: [4, "bool"],
    replication: [5, "int32"],
  },

  // Calls, each with whose session it belongs to.
  ExecutePlanRequest: {
    session_id: [1, "string"],
    client_observed_server_side_session_id: [8, "string"],
    user_context: [2, "UserContext"],
    operation_id: [6, "string"],
    plan: [3, "Plan"],
    client_type: [4, "string"],
    request_options: [5, "ExecutePlanRequest.RequestOption[]"],
  },
  "ExecutePlanRequest.RequestOption": { reattach_options: [1, "ReattachOptions"] },
  ReattachOptions: { reattachable: [1, "bool"] },
  ExecutePlanResponse: {
    session_id: [1, "string"],
    server_side_session_id: [15, "string"],
    operation_id: [12, "string"],
    response_id: [13, "string"],
    arrow_batch: [2, "ExecutePlanResponse.ArrowBatch"],
    sql_command_result: [5, "ExecutePlanResponse.SqlCommandResult"],
    result_complete: [14, "ExecutePlanResponse.ResultComplete"],
    execution_progress: [18, "ExecutePlanResponse.ExecutionProgress"],
    checkpoint_command_result: [19, "CheckpointCommandResult"],
    ml_command_result: [20, "MlCommandResult"],
  },
  "ExecutePlanResponse.ArrowBatch": { row_count: [1, "int64"], data: [2, "bytes"] },
  "ExecutePlanResponse.SqlCommandResult": { relation: [1, "Relation"] },
  "ExecutePlanResponse.ResultComplete": {},
  "ExecutePlanResponse.ExecutionProgress": {
    stages: [1, "ExecutePlanResponse.ExecutionProgress.StageInfo[]"],
    num_inflight_tasks: [2, "int64"],
  },
  "ExecutePlanResponse.ExecutionProgress.StageInfo": {
    stage_id: [1, "int64"],
    num_tasks: [2, "int64"],
    num_completed_tasks: [3, "int64"],
    input_bytes_read: [4, "int64"],
    done: [5, "bool"],
  },
  ReattachExecuteRequest: {
    session_id: [1, "string"],
    client_observed_server_side_session_id: [6, "string"],
    user_context: [2, "UserContext"],
    operation_id: [3, "string"],
    client_type: [4, "string"],
    last_response_id: [5, "string"],
  },
  ReleaseExecuteRequest: {
    session_id: [1, "string"],
    client_observed_server_side_session_id: [7, "string"],
    user_context: [2, "UserContext"],
    operation_id: [3, "string"],
    client_type: [4, "string"],
    release_all: [5, "ReleaseExecuteRequest.ReleaseAll"],
    release_until: [6, "ReleaseExecuteRequest.ReleaseUntil"],
  },
  "ReleaseExecuteRequest.ReleaseAll": {},
  "ReleaseExecuteRequest.ReleaseUntil": { response_id: [1, "string"] },
  ReleaseExecuteResponse: { session_id: [1, "string"], server_side_session_id: [3, "string"] },
  ReleaseSessionRequest: {
    session_id: [1, "string"],
    user_context: [2, "UserContext"],
    client_type: [3, "string"],
  },
  ReleaseSessionResponse: { session_id: [1, "string"], server_side_session_id: [2, "string"] },
  InterruptRequest: {
    session_id: [1, "string"],
    client_observed_server_side_session_id: [7, "string"],
    user_context: [2, "UserContext"],
    client_type: [3, "string"],
    interrupt_type: [4, "InterruptRequest.InterruptType"],
    operation_id: [6, "string"],
  },
  InterruptResponse: {
    session_id: [1, "string"],
    server_side_session_id: [3, "string"],
    interrupted_ids: [2, "string[]"],
  },
  ConfigRequest: {
    session_id: [1, "string"],
    client_observed_server_side_session_id: [8, "string"],
    user_context: [2, "UserContext"],
    operation: [3, "ConfigRequest.Operation"],
    client_type: [4, "string"],
  },
  "ConfigRequest.Operation": { set: [1, "ConfigRequest.Set"], get_option: [4, "ConfigRequest.GetOption"] },
  "ConfigRequest.Set": { pairs: [1, "KeyValue[]"] },
  "ConfigRequest.GetOption": { keys: [1, "string[]"] },
  KeyValue: { key: [1, "string"], value: [2, "string"] },
  ConfigResponse: {
    session_id: [1, "string"],
    server_side_session_id: [4, "string"],
    pairs: [2, "KeyValue[]"],
  },
  AnalyzePlanRequest: {
    session_id: [1, "string"],
    client_observed_server_side_session_id: [17, "string"],
    user_context: [2, "UserContext"],
    client_type: [3, "string"],
    spark_version: [10, "AnalyzePlanRequest.SparkVersion"],
    explain: [5, "AnalyzePlanRequest.Explain"],
    persist: [14, "AnalyzePlanRequest.Persist"],
    unpersist: [15, "AnalyzePlanRequest.Unpersist"],
  },
  "AnalyzePlanRequest.SparkVersion": {},
  "AnalyzePlanRequest.Explain": {
    plan: [1, "Plan"],
    explain_mode: [2, "AnalyzePlanRequest.Explain.ExplainMode"],
  },
  "AnalyzePlanRequest.Persist": { relation: [1, "Relation"], storage_level: [2, "StorageLevel"] },
  "AnalyzePlanRequest.Unpersist": { relation: [1, "Relation"] },
  AnalyzePlanResponse: {
    session_id: [1, "string"],
    server_side_session_id: [15, "string"],
    spark_version: [8, "AnalyzePlanResponse.SparkVersion"],
    explain: [3, "AnalyzePlanResponse.Explain"],
  },
  "AnalyzePlanResponse.SparkVersion": { version: [1, "string"] },
  "AnalyzePlanResponse.Explain": { explain_string: [1, "string"] },
  FetchErrorDetailsRequest: {
    session_id: [1, "string"],
    client_observed_server_side_session_id: [5, "string"],
    user_context: [2, "UserContext"],
    error_id: [3, "string"],
    client_type: [4, "string"],
  },
  FetchErrorDetailsResponse: {
    server_side_session_id: [3, "string"],
    session_id: [4, "string"],
    root_error_idx: [1, "int32"],
    errors: [2, "FetchErrorDetailsResponse.Error[]"],
  },
  "FetchErrorDetailsResponse.Error": {
    error_type_hierarchy: [1, "string[]"],
    message: [2, "string"],
    cause_idx: [4, "int32"],
    spark_throwable: [5, "FetchErrorDetailsResponse.SparkThrowable"],
  },
  "FetchErrorDetailsResponse.SparkThrowable": {
    error_class: [1, "string"],
    message_parameters: [2, "map<string>"],
    sql_state: [4, "string"],
  },

  // What is read and computed.
  Relation: {
    common: [1, "RelationCommon"],
    read: [2, "Read"],
    sql: [10, "SQL"],
    local_relation: [11, "LocalRelation"],
    subquery_alias: [16, "SubqueryAlias"],
    cached_remote_relation: [37, "CachedRemoteRelation"],
    with_relations: [41, "WithRelations"],
    ml_relation: [300, "MlRelation"],
  },
  RelationCommon: { plan_id: [2, "int64"] },
  Read: { named_table: [1, "Read.NamedTable"], data_source: [2, "Read.DataSource"] },
  "Read.NamedTable": { unparsed_identifier: [1, "string"] },
  "Read.DataSource": {
    format: [1, "string"],
    schema: [2, "string"],
    options: [3, "map<string>"],
    paths: [4, "string[]"],
  },
  SQL: { query: [1, "string"], named_arguments: [4, "map<Expression>"] },
  LocalRelation: { data: [1, "bytes"], schema: [2, "string"] },
  SubqueryAlias: { input: [1, "Relation"], alias: [2, "string"] },
  CachedRemoteRelation: { relation_id: [1, "string"] },
  WithRelations: { root: [1, "Relation"], references: [2, "Relation[]"] },
  MlRelation: { transform: [1, "MlRelation.Transform"], fetch: [2, "Fetch"] },
  "MlRelation.Transform": { obj_ref: [1, "ObjectRef"], input: [3, "Relation"], params: [4, "MlParams"] },
  Fetch: { obj_ref: [1, "ObjectRef"], methods: [2, "Fetch.Method[]"] },
  "Fetch.Method": { method: [1, "string"], args: [2, "Fetch.Method.Args[]"] },
  "Fetch.Method.Args": { param: [1, "Expression.Literal"], input: [2, "Relation"] },
  Expression: { literal: [1, "Expression.Literal"] },
  "Expression.Literal": {
    null: [1, "DataType"],
    boolean: [3, "bool"],
    byte: [4, "int32"],
    short: [5, "int32"],
    integer: [6, "int32"],
    long: [7, "int64"],
    float: [10, "float"],
    double: [11, "double"],
    string: [13, "string"],
    array: [22, "Expression.Literal.Array"],
    specialized_array: [25, "Expression.Literal.SpecializedArray"],
  },
  "Expression.Literal.Array": { element_type: [1, "DataType"], elements: [2, "Expression.Literal[]"] },
  "Expression.Literal.SpecializedArray": {
    bools: [1, "Bools"],
    ints: [2, "Ints"],
    longs: [3, "Longs"],
    floats: [4, "Floats"],
    doubles: [5, "Doubles"],
    strings: [6, "Strings"],
  },
  Bools: { values: [1, "bool[]"] },
  Ints: { values: [1, "int32[]"] },
  Longs: { values: [1, "int64[]"] },
  Floats: { values: [1, "float[]"] },
  Doubles: { values: [1, "double[]"] },
  Strings: { values: [1, "string[]"] },
  DataType: {
    null: [1, "DataType.NULL"],
    long: [7, "DataType.Long"],
    double: [9, "DataType.Double"],
    string: [11, "DataType.String"],
  },
  "DataType.NULL": {},
  "DataType.Long": {},
  "DataType.Double": {},
  "DataType.String": {},

  // What is done.
  Command: {
    write_operation: [2, "WriteOperation"],
    create_dataframe_view: [3, "CreateDataFrameViewCommand"],
    sql_command: [5, "SqlCommand"],
    checkpoint_command: [14, "CheckpointCommand"],
    remove_cached_remote_relation_command: [15, "RemoveCachedRemoteRelationCommand"],
    ml_command: [17, "MlCommand"],
  },
  SqlCommand: { input: [6, "Relation"] },
  CheckpointCommand: { relation: [1, "Relation"], local: [2, "bool"], eager: [3, "bool"] },
  CheckpointCommandResult: { relation: [1, "CachedRemoteRelation"] },
  RemoveCachedRemoteRelationCommand: { relation: [1, "CachedRemoteRelation"] },
  CreateDataFrameViewCommand: {
    input: [1, "Relation"],
    name: [2, "string"],
    is_global: [3, "bool"],
    replace: [4, "bool"],
  },
  WriteOperation: {
    input: [1, "Relation"],
    source: [2, "string"],
    path: [3, "string"],
    mode: [5, "WriteOperation.SaveMode"],
    partitioning_columns: [7, "string[]"],
    options: [9, "map<string>"],
  },
  MlCommand: {
    fit: [1, "MlCommand.Fit"],
    fetch: [2, "Fetch"],
    delete: [3, "MlCommand.Delete"],
    write: [4, "MlCommand.Write"],
    read: [5, "MlCommand.Read"],
    evaluate: [6, "MlCommand.Evaluate"],
    get_model_size: [10, "MlCommand.GetModelSize"],
  },
  "MlCommand.Fit": { estimator: [1, "MlOperator"], params: [2, "MlParams"], dataset: [3, "Relation"] },
  "MlCommand.Delete": { obj_refs: [1, "ObjectRef[]"] },
  "MlCommand.Write": { obj_ref: [2, "ObjectRef"], path: [4, "string"], should_overwrite: [5, "bool"] },
  "MlCommand.Read": { operator: [1, "MlOperator"], path: [2, "string"] },
  "MlCommand.Evaluate": { evaluator: [1, "MlOperator"], params: [2, "MlParams"], dataset: [3, "Relation"] },
  "MlCommand.GetModelSize": { model_ref: [1, "ObjectRef"] },
  MlCommandResult: {
    param: [1, "Expression.Literal"],
    operator_info: [3, "MlCommandResult.MlOperatorInfo"],
  },
  "MlCommandResult.MlOperatorInfo": {
    obj_ref: [1, "ObjectRef"],
    uid: [3, "string"],
    warning_message: [5, "string"],
  },
  MlOperator: { name: [1, "string"], uid: [2, "string"], type: [3, "MlOperator.OperatorType"] },
  MlParams: { params: [1, "map<Expression.Literal>"] },
  ObjectRef: { id: [1, "string"] },

  // What gRPC says of an error, in the trailer grpc-status-details-bin.
  "google.rpc.Status": { code: [1, "int32"], message: [2, "string"], details: [3, "google.protobuf.Any[]"] },
  "google.protobuf.Any": { type_url: [1, "string"], value: [2, "bytes"] },
  "google.rpc.ErrorInfo": { reason: [1, "string"], domain: [2, "string"], metadata: [3, "map<string>"] },
} as const satisfies Record<string, Record<string, readonly [number, string]>>;

/** Names and numbers of the enums' values, as far as they are used. */
export const ENUMS = {
  "InterruptRequest.InterruptType": { INTERRUPT_TYPE_ALL: 1, INTERRUPT_TYPE_OPERATION_ID: 3 },
  "AnalyzePlanRequest.Explain.ExplainMode": { EXPLAIN_MODE_SIMPLE: 1, EXPLAIN_MODE_FORMATTED: 5 },
  "WriteOperation.SaveMode": {
    SAVE_MODE_APPEND: 1,
    SAVE_MODE_OVERWRITE: 2,
    SAVE_MODE_ERROR_IF_EXISTS: 3,
    SAVE_MODE_IGNORE: 4,
  },
  "MlOperator.OperatorType": {
    OPERATOR_TYPE_ESTIMATOR: 1,
    OPERATOR_TYPE_EVALUATOR: 3,
    OPERATOR_TYPE_MODEL: 4,
  },
} as const satisfies Record<string, Record<string, number>>;

/** Calls that are answered once. */
export const CALLS = {
  AnalyzePlan: ["AnalyzePlanRequest", "AnalyzePlanResponse"],
  Config: ["ConfigRequest", "ConfigResponse"],
  Interrupt: ["InterruptRequest", "InterruptResponse"],
  ReleaseExecute: ["ReleaseExecuteRequest", "ReleaseExecuteResponse"],
  ReleaseSession: ["ReleaseSessionRequest", "ReleaseSessionResponse"],
  FetchErrorDetails: ["FetchErrorDetailsRequest", "FetchErrorDetailsResponse"],
} as const satisfies Record<string, readonly [MessageName, MessageName]>;

/** Calls that are answered by a stream. */
export const STREAMS = {
  ExecutePlan: ["ExecutePlanRequest", "ExecutePlanResponse"],
  ReattachExecute: ["ReattachExecuteRequest", "ExecutePlanResponse"],
} as const satisfies Record<string, readonly [MessageName, MessageName]>;

export const SERVICE = "spark.connect.SparkConnectService";

export type MessageName = keyof typeof MESSAGES;

interface Scalars {
  string: string;
  bool: boolean;
  bytes: Uint8Array;
  int32: number;
  int64: string;
  float: number;
  double: number;
}

type TypeOf<T> = T extends `${infer Element}[]`
  ? readonly TypeOf<Element>[]
  : T extends `map<${infer Value}>`
    ? Readonly<Record<string, TypeOf<Value>>>
    : T extends keyof Scalars
      ? Scalars[T]
      : T extends keyof typeof ENUMS
        ? keyof (typeof ENUMS)[T]
        : T extends MessageName
          ? Message<T>
          : never;

/** A message as a plain object. Nothing is set that the sender did not set. */
export type Message<Name extends MessageName> = {
  readonly [Field in keyof (typeof MESSAGES)[Name]]?: (typeof MESSAGES)[Name][Field] extends readonly [
    number,
    infer Type,
  ]
    ? TypeOf<Type>
    : never;
};

export type Relation = Message<"Relation">;
export type Command = Message<"Command">;
export type Literal = Message<"Expression.Literal">;
