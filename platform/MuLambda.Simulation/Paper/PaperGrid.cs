namespace MuLambda.Simulation.Paper;

/// <summary>The cells of an evaluation: every combination of its axes.</summary>
public sealed record PaperGrid
{
    /// <summary>The policies of the prototype.</summary>
    public static IReadOnlyList<string> PublishedPolicies { get; } = ["weighted", "plain-net-latency", "random", "round-robin"];

    /// <summary>The policies of the evaluation: those of the prototype, and the one that is to beat them.</summary>
    public static IReadOnlyList<string> Policies { get; } = [.. PublishedPolicies, Challenger];

    /// <summary>The policy that is held against the published ones.</summary>
    public const string Challenger = "mulambda";

    /// <summary>Not a policy: it knows what no policy can know, and follows a plan of all streams made from it.</summary>
    public const string Oracle = "oracle";

    /// <summary>What the simulator calls a policy, or the oracle.</summary>
    internal static string ChooserOf(string policy) => policy == Oracle ? "oracle-plan" : policy;

    /// <summary>The evaluation as published, with the streams of its scaling run.</summary>
    public static PaperGrid Published { get; } = new();

    /// <summary>The schedules.</summary>
    public IReadOnlyList<PaperSchedule> Schedules { get; init; } = PaperSchedules.Published;

    /// <summary>The use cases.</summary>
    public IReadOnlyList<PaperUseCase> UseCases { get; init; } = PaperUseCases.Published;

    /// <summary>The numbers of streams.</summary>
    public IReadOnlyList<int> Streams { get; init; } = [1, 2, 3, 5, 8, 13, 21, 34, 55, 89];

    /// <summary>The items of a request.</summary>
    public IReadOnlyList<int> Sizes { get; init; } = [10, 1000];

    /// <summary>The networks.</summary>
    public IReadOnlyList<PaperNetwork> Networks { get; init; } = PaperNetworks.Published;

    /// <summary>Every combination, in the order of the axes.</summary>
    public IEnumerable<PaperCell> Cells =>
        from schedule in Schedules
        from useCase in UseCases
        from size in Sizes
        from network in Networks
        from streams in Streams
        select new PaperCell(schedule, useCase, streams, size, network);
}
