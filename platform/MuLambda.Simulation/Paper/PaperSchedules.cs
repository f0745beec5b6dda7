namespace MuLambda.Simulation.Paper;

/// <summary>The four schedules of the published evaluation, over four nodes.</summary>
public static class PaperSchedules
{
    /// <summary>The schedules.</summary>
    public static IReadOnlyList<PaperSchedule> Published { get; } =
    [
        Of("parity", [0, 4, 5, 8], [0, 4, 5, 8], [0, 4, 5, 8], [0, 4, 5, 8]),
        Of("hyperlocal", [0, 1, 2, 3, 4, 5, 6, 7, 8], [], [], []),
        Of("logical", [0, 1, 5, 8], [3, 4, 5, 8], [5, 6, 7, 8], [0, 6, 7, 8]),
        Of("arbitrary", [2, 6, 1, 8], [4, 0, 7, 3], [6, 8, 1, 0], [3, 7, 6, 2]),
    ];

    private static PaperSchedule Of(string name, params int[][] nodes) =>
        new(name, [.. nodes.Select(models => models.Select(id => PaperModels.Published[id]).ToArray())]);
}
