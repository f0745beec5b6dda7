using MuLambda.Catalog;

namespace MuLambda.Simulation.Paper;

/// <summary>The four use cases of the published evaluation.</summary>
public static class PaperUseCases
{
    /// <summary>The use cases.</summary>
    public static IReadOnlyList<PaperUseCase> Published { get; } =
    [
        new("scp", "Smart-City Pedestrian safety", [new Preference(1, 0)]),
        new("mda", "Medical Diagnosis Assistance", [new Preference(0, 1)]),
        new("psa", "Public Sentiment Analysis", [new Preference(0.5, 0.5)]),
        new("env", "Environment monitoring", [new(0.5, 0.5), new(0.2, 0.8), new(0, 1), new(0.8, 0.2), new(1, 0)]),
    ];
}
