import { Metadata, status, type ServiceError } from "@grpc/grpc-js";
import { WorkspaceError, type ErrorCode } from "../errors";
import { decode } from "./codec";
import type { Message } from "./protocol";

/** What the server says of an error beside its text. */
export interface ErrorInfo {
  errorClass?: string;
  sqlState?: string;
  /** By which FetchErrorDetails knows it. */
  errorId?: string;
}

/** Whether this is an error of gRPC, with a status. */
export const isServiceError = (error: unknown): error is ServiceError =>
  error instanceof Error && typeof (error as Partial<ServiceError>).code === "number" && "details" in error;

/** What the trailer of an error says; empty where it says nothing. */
export function errorInfo(error: ServiceError): ErrorInfo {
  const [trailer] = error.metadata?.get("grpc-status-details-bin") ?? [];
  if (!Buffer.isBuffer(trailer)) return {};
  const details = decode("google.rpc.Status", trailer).details ?? [];
  const info = details.find(({ type_url = "" }) => type_url.endsWith("/google.rpc.ErrorInfo"));
  if (!info?.value) return {};
  const { errorClass, sqlState, errorId } = decode("google.rpc.ErrorInfo", info.value).metadata ?? {};
  return { errorClass, sqlState, errorId };
}

/** Such an error may be gone a moment later: nobody answers, or the server sent the client to come again. */
export const mayPass = (error: unknown): boolean =>
  isServiceError(error) &&
  (error.code === status.UNAVAILABLE || errorInfo(error).errorClass === "INVALID_CURSOR.DISCONNECTED");

/** An error as gRPC makes it where nobody answers, for the silence that it does not notice itself. */
export const silence = (details: string): ServiceError =>
  Object.assign(new Error(details), { code: status.UNAVAILABLE, details, metadata: new Metadata() });

/** Whether nobody answers, or not in time. */
export const isSilence = (error: unknown): boolean =>
  isServiceError(error) && CODES[error.code] === "SPARK_UNREACHABLE";

/** Codes of gRPC that speak of the way to the server, not of what was asked. */
const CODES: Partial<Record<status, ErrorCode>> = {
  [status.UNAVAILABLE]: "SPARK_UNREACHABLE",
  [status.DEADLINE_EXCEEDED]: "SPARK_UNREACHABLE",
  [status.UNAUTHENTICATED]: "SPARK_REFUSED",
  [status.PERMISSION_DENIED]: "SPARK_REFUSED",
  [status.CANCELLED]: "SPARK_ABORTED",
};

/**
 * The typed error for an error of gRPC; anything else is returned as it is.
 * @param where host and port, which the message names
 * @param details what FetchErrorDetails knew of it, whose text is not cut off
 */
export function describeFailure(
  error: unknown,
  where: string,
  details?: Message<"FetchErrorDetailsResponse">,
): unknown {
  if (!isServiceError(error)) return error;
  const root = details?.errors?.[details.root_error_idx ?? 0];
  const info = errorInfo(error);
  const errorClass = root?.spark_throwable?.error_class ?? info.errorClass;
  const sqlState = root?.spark_throwable?.sql_state ?? info.sqlState;
  const spark = errorClass ? { errorClass, sqlState } : undefined;
  const text = root?.message || error.details || error.message;
  if (errorClass?.startsWith("INVALID_HANDLE.SESSION_"))
    return new WorkspaceError("SPARK_SESSION_LOST", `${where}: ${text}`, { spark, cause: error });
  if (errorClass === "OPERATION_CANCELED")
    return new WorkspaceError("SPARK_ABORTED", `${where}: ${text}`, { spark, cause: error });
  if (error.code === status.RESOURCE_EXHAUSTED && /message|maximum size/i.test(error.details))
    return tooLarge(`${where}: ${error.details}`, error);
  const code = (errorClass ? undefined : CODES[error.code]) ?? "SPARK_FAILED";
  return new WorkspaceError(code, `${where}: ${text}`, { spark, cause: error });
}

export const tooLarge = (what: string, cause?: unknown): WorkspaceError =>
  new WorkspaceError("SPARK_MESSAGE_TOO_LARGE", what, { cause });
