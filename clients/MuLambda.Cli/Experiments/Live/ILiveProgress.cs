namespace MuLambda.Cli.Experiments;

/// <summary>Is told how far a live experiment is.</summary>
internal interface ILiveProgress
{
    /// <summary>The processes of a cluster start.</summary>
    void Starting(string schedule, string network);

    /// <summary>Processes serve: those of the cluster, or the selector of a run.</summary>
    void Started(IReadOnlyList<int> processes);

    /// <summary>A run begins.</summary>
    void Measuring(LiveRun run);

    /// <summary>A request of the run ended. Called concurrently.</summary>
    void Ended();

    /// <summary>A run is finished.</summary>
    void Measured(LiveComparison comparison, IReadOnlyList<LiveRequest> requests);
}
