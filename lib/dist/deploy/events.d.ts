/** A user gave a film stars. Ids are MovieLens ids; they need not be known to the model. */
export interface RatingEvent {
    type: "rating";
    userId: number;
    movieId: number;
    rating: number;
}
/** A list was shown, in this order. */
export interface ImpressionEvent {
    type: "impression";
    /** Absent for a visitor. */
    userId?: number;
    movieIds: number[];
    /** Names the list, for the clicks on it. */
    listId?: string;
}
/** A film of a list was chosen. */
export interface ClickEvent {
    type: "click";
    userId?: number;
    movieId: number;
    listId?: string;
}
export type FeedbackEvent = (RatingEvent | ImpressionEvent | ClickEvent) & {
    /** Given by the sender: what is sent again after a failure is read once. */
    id?: string;
    /** When it happened, in seconds since 1970; when it was received where the sender does not say. */
    timestamp?: number;
};
export type StoredEvent = FeedbackEvent & {
    timestamp: number;
    /** By the server's clock, ISO 8601, UTC. */
    received: string;
    /** The model that was served then. */
    modelVersion: string;
};
export interface EventLogOptions {
    /** A segment that has grown to so many bytes is closed and a new one begun; 64 MiB by default. */
    segmentBytes?: number;
    /** More events than these waiting for the disk are refused; 20,000 by default. */
    mostWaiting?: number;
}
/**
 * Appends events to JSON Lines files in a folder. What `append` has resolved for is on the disk. Whatever arrives while
 * the disk is busy is written and flushed together. Every log writes segments of its own, so any number of processes may share
 * a folder, and a file that was cut short by a crash is never written to again.
 */
export declare class EventLog {
    readonly folder: string;
    private segment;
    private waiting;
    private waitingEvents;
    private writing;
    private closed;
    private readonly segmentBytes;
    private readonly mostWaiting;
    constructor(folder: string, options?: EventLogOptions);
    /**
     * Resolves when all of the events are on the disk. When it rejects they are not acknowledged; after a failed flush some
     * of them may be found all the same, so they should carry an `id` when they are sent again.
     * @throws WorkspaceError EVENT_NOT_STORED
     */
    append(events: readonly StoredEvent[]): Promise<void>;
    /** Writes what is waiting, then closes; appending is refused from here on. */
    close(): Promise<void>;
    private writeAll;
    private write;
    private begin;
    /** The next event begins a new segment: after a failed flush nothing is certain of the old one's end. */
    private abandon;
}
/**
 * Every event of a folder, in the order of the segments' beginnings; none where there is no such folder. An event that carries
 * an `id` is given once. A last line without its end is what a crash cut off before it was acknowledged, and left out.
 * @throws WorkspaceError EVENTS_CORRUPT naming a complete line that is no event
 */
export declare function readEvents(folder: string): AsyncGenerator<StoredEvent>;
