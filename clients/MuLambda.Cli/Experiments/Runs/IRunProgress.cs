namespace MuLambda.Cli.Experiments;

/// <summary>Is told how far an experiment is. Called concurrently.</summary>
internal interface IRunProgress
{
    /// <summary>The runs begin.</summary>
    /// <param name="runs">All of them.</param>
    /// <param name="missing">Those that are not there yet.</param>
    /// <param name="requests">The requests of those.</param>
    void Begin(int runs, int missing, long requests);

    /// <summary>A run is finished.</summary>
    /// <param name="requests">Its requests.</param>
    void Finished(long requests);
}
