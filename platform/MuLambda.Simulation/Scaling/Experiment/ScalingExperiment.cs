using MuLambda.Scaling;

namespace MuLambda.Simulation.Scaling;

/// <summary>Every policy on every trace with every model and seed. Policies meet the same requests with the same luck.</summary>
/// <param name="Traces">The traces.</param>
/// <param name="Models">The models; a trace of all models together is run whichever they are.</param>
/// <param name="Policies">The names of the policies.</param>
/// <param name="Seeds">The seeds.</param>
public sealed record ScalingExperiment(
    IReadOnlyList<ScalingTrace> Traces, IReadOnlyList<ScaledModel> Models, IReadOnlyList<string> Policies, IReadOnlyList<long> Seeds)
{
    /// <summary>The points of a run's timeline.</summary>
    public const int TimelinePoints = 360;

    /// <summary>How many runs there are.</summary>
    public int Count => Cells.Count() * Policies.Count * Seeds.Count;

    private IEnumerable<(ScalingTrace Trace, ScaledModel? Model)> Cells =>
        Traces.SelectMany(trace => trace.Models.Where(model => model is null || Models.Contains(model)).Select(model => (trace, model)));

    /// <summary>Runs them.</summary>
    /// <param name="policyOf">Makes a policy for the requests of a deployment.</param>
    /// <param name="parallel">Runs at a time; results do not depend on it.</param>
    /// <param name="finished">Is told of every run that ended; concurrently.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The cells, in the order of the traces and models. The first seed's runs have a timeline.</returns>
    public IReadOnlyList<ScalingCell> Run(
        Func<string, ScaledLoad, IScalingPolicy> policyOf, int parallel, Action finished, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(policyOf);
        ArgumentNullException.ThrowIfNull(finished);
        var cells = Cells.ToArray();
        var results = new ScalingResult[cells.Length, Policies.Count, Seeds.Count];
        var runs = from cell in Enumerable.Range(0, cells.Length)
                   from seed in Enumerable.Range(0, Seeds.Count)
                   from policy in Enumerable.Range(0, Policies.Count)
                   select (Cell: cell, Policy: policy, Seed: seed);
        Parallel.ForEach(
            runs,
            new ParallelOptions { MaxDegreeOfParallelism = parallel, CancellationToken = cancellationToken },
            run =>
            {
                var (trace, model) = cells[run.Cell];
                var scenario = trace.ToScenario(model, Seeds[run.Seed], load => policyOf(Policies[run.Policy], load)) with
                {
                    TimelineMs = run.Seed == 0 ? trace.DurationMs / TimelinePoints : null,
                };
                results[run.Cell, run.Policy, run.Seed] = ScalingRun.Run(scenario, Seeds[run.Seed]);
                finished();
            });
        return
        [
            .. cells.Select((cell, c) => new ScalingCell(
                cell.Trace, cell.Model,
                [.. Policies.Select((policy, p) => new PolicyRuns(policy, [.. Seeds.Select((_, s) => results[c, p, s])]))])),
        ];
    }
}
