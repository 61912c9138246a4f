/** Of the iterations after the first. CPU is user + system of all threads; null where it cannot be known. */
export interface PeerTimes {
    secondsPerIteration: number;
    cpuSecondsPerIteration: number | null;
    /** The regularised objective after the last iteration; null where the peer minimises another one. */
    loss: number | null;
}
/** One peer beside this library: the same ratings, rank, iterations, threads and λ. */
export interface PeerRow {
    peer: string;
    mode: "explicit" | "implicit";
    solver: "cg" | "cholesky";
    rank: number;
    /** The share of the peer's time that this library may take. */
    target: number;
    ours: PeerTimes;
    theirs: PeerTimes;
}
/** A comparison as `--save` writes it, with what its figures depend on. */
export interface PeersRecording {
    /** ISO 8601, UTC. */
    date: string;
    machine: {
        cpu: string;
        cores: number;
        memoryGib: number;
        os: string;
        node: string;
    };
    /** Packages of the peers as pip names them, and the Java runtime's version. */
    versions: string[];
    data: {
        size: string;
        users: number;
        items: number;
        ratings: number;
    };
    iterations: number;
    threads: number;
    repeats: number;
    rows: PeerRow[];
}
/** `npm run bench:peers`: the same training by this library and by its peers, in turns. @returns the exit code: 0 done, 1 failed or a peer failed, 130 stopped */
export declare function main(argv: string[]): Promise<number>;
/** Ours over the peer's: wall time, CPU time, loss; null where the peer does not tell. `met` is of both times. */
export interface PeerVerdict {
    wall: number;
    cpu: number | null;
    loss: number | null;
    met: boolean;
}
export declare function verdictOf({ ours, theirs, target }: PeerRow): PeerVerdict;
/** A recording as `--save` wrote it. @throws WorkspaceError DATA_MISSING or DATA_INVALID where there is none */
export declare function readPeersRecording(path: string): Promise<PeersRecording>;
