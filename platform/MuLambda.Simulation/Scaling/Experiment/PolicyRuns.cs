namespace MuLambda.Simulation.Scaling;

/// <summary>The runs of a policy on a trace with a model, one a seed. Figures are means over them.</summary>
/// <param name="Policy">The policy.</param>
/// <param name="Runs">The runs, in the order of the seeds.</param>
public sealed record PolicyRuns(string Policy, IReadOnlyList<ScalingResult> Runs)
{
    /// <summary>The share of requests that was answered within the objective.</summary>
    public double Attainment => Runs.Average(run => run.Attainment);

    /// <summary>The smallest of the runs'.</summary>
    public double LeastAttainment => Runs.Min(run => run.Attainment);

    /// <summary>Seconds that replicas were there.</summary>
    public double ReplicaSeconds => Runs.Average(run => run.ReplicaSeconds);

    /// <summary>Requests that waited for a cold start.</summary>
    public double WaitedCold => Runs.Average(run => run.WaitedCold);

    /// <summary>Decisions that changed the desired replicas.</summary>
    public double Actions => Runs.Average(run => run.Actions);

    /// <summary>Those that went the other way than the one before.</summary>
    public double DirectionChanges => Runs.Average(run => run.DirectionChanges);

    /// <summary>The most of these within a stabilisation window, in any run.</summary>
    public int MostChangesInWindow => Runs.Max(run => run.MostChangesInWindow);

    /// <summary>Requests that were refused.</summary>
    public double Refused => Runs.Average(run => run.Refused);

    /// <summary>Requests whose clients gave up.</summary>
    public double Lost => Runs.Average(run => run.Lost);

    /// <summary>The median latency, in milliseconds; NaN where nothing was answered.</summary>
    public double P50Ms => Runs.Average(run => run.P50Ms);

    /// <summary>The 99th percentile.</summary>
    public double P99Ms => Runs.Average(run => run.P99Ms);
}
